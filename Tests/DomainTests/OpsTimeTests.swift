import Domain
import Foundation
import Testing

@Suite("Times of logs and snapshots") struct OpsTimeTests {
  @Test(
    "times with and without zone and fractions are read",
    arguments: [
      ("2026-05-14T05:42:00Z", 0.0), ("2026-05-14T05:42:00.500Z", 0.5), ("2026-05-14 05:42:00", 0),
      ("2026-05-14T05:42:00.250000", 0.25), ("2026-05-14T07:42:00+02:00", 0), ("2026-05-14T00:12:00-0530", 0),
    ])
  func read(text: String, fraction: Double) throws {
    let whole = Date(timeIntervalSince1970: 1_778_737_320)
    #expect(OpsTime.parse(text) == whole.addingTimeInterval(fraction))
  }

  @Test("a time without a zone is of the zone that is given")
  func zone() throws {
    let zone = try #require(TimeZone(secondsFromGMT: 7_200))
    #expect(OpsTime.parse("2026-05-14T07:42:00", zone: zone) == OpsTime.parse("2026-05-14T05:42:00Z"))
    #expect(OpsTime.parse("2026-05-14T05:42:00Z", zone: zone) == OpsTime.parse("2026-05-14T05:42:00Z"))
  }

  @Test(
    "what is no time is none",
    arguments: [
      "", "yesterday", "2026-05-14", "2026-05-14T05:42", "2026-05-14T05:42:00Z and more", " 2026-05-14T05:42:00Z",
      "2026-02-30T05:42:00Z", "2026-13-01T05:42:00Z", "2026-05-14T25:00:00Z", "2026-05-14T05:42:00+99:00",
      "2026-05-14T05:42:00.Z",
    ])
  func refused(text: String) { #expect(OpsTime.parse(text) == nil) }
}
