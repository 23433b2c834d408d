import Domain
import Foundation
import Testing

@Suite("Identifiers and times")
struct ValueTests {
  @Test("random identifiers are 32 hex digits and differ")
  func randomIdentifiers() {
    let made = (0..<100).map { _ in ID<Clip>.random().rawValue }
    #expect(Set(made).count == 100)
    #expect(made.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
  }

  @Test("an identifier is a plain string in JSON")
  func identifierJSON() throws {
    #expect(String(decoding: try JSONEncoder().encode([ID<Clip>("c1")]), as: UTF8.self) == #"["c1"]"#)
    #expect(try JSONDecoder().decode([ID<Clip>].self, from: Data(#"["c1"]"#.utf8)) == [ID("c1")])
  }

  @Test("UTC times carry milliseconds and a zone")
  func utc() {
    #expect(Timestamp.utc(Date(unixMilliseconds: 1_795_348_800_123)) == "2026-11-22T12:00:00.123Z")
    #expect(Timestamp.utc(Date(unixMilliseconds: 1_795_348_800_007)) == "2026-11-22T12:00:00.007Z")
    #expect(Timestamp.utc(Date(unixMilliseconds: -1)) == "1969-12-31T23:59:59.999Z")
  }

  @Test("local times stop at the second and carry no zone")
  func local() throws {
    let zone = try #require(TimeZone(secondsFromGMT: -5 * 3600))
    #expect(Timestamp.local(Date(unixMilliseconds: 1_795_348_800_900), zone: zone) == "2026-11-22T07:00:00")
  }

  @Test(
    "a time survives the store's unit to the millisecond",
    arguments: [0, 1, -1, 1_795_348_800_123, 253_402_300_799_999])
  func milliseconds(value: Int64) {
    #expect(Date(unixMilliseconds: value).unixMilliseconds == value)
  }
}
