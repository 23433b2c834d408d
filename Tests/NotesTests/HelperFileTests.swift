import Foundation
import Notes
import TestSupport
import Testing

@Suite("Files of the helpers") struct HelperFileTests {
  private let folder: TemporaryFolder
  private let files: HelperFiles

  init() throws {
    folder = try TemporaryFolder()
    files = HelperFiles(folder: folder.url)
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.url.appending(path: name))
  }

  @Test("a file that is not there is no trouble") func missing() {
    #expect(PlaybookCues.cues(service: "Mowing", in: files).value.isEmpty)
    #expect(PlaybookCues.cues(service: "Mowing", in: files).trouble == nil)
    #expect(PriceList.of(service: "Mowing", in: files).value == nil)
    #expect(AccountIntel.of(account: "Acme HOA", in: files).value == nil)
  }

  @Test("a service without cues of its own has the default ones") func defaults() throws {
    try write(
      "playbooks.json",
      #"{"default":[{"title":"Walk","snippet":"Walk the site","tags":["visit"]}],"Mowing":[{"title":"Cut","snippet":"Two heights"}]}"#
    )
    #expect(PlaybookCues.cues(service: "mowing", in: files).value.map(\.title) == ["Cut"])
    let cues = PlaybookCues.cues(service: "Pruning", in: files).value
    #expect(cues.map(\.words) == ["Walk: Walk the site"])
    #expect(cues.first?.tags == ["visit"])
  }

  @Test("values of the wrong kind are left out and counted") func wrongKinds() throws {
    try write(
      "pricing.json",
      """
      {"default":{"base_price":1850.5,"unit":7,"upsells":[{"name":"Edging","price":340},{"name":"Free"},7,
      {"name":"Minus","price":-1},{"name":"Huge","price":1e300}],"discount":["5%"]}}
      """)
    let reading = PriceList.of(service: "Any", in: files)
    #expect(reading.value?.basePrice == 185_050)
    #expect(reading.value?.upsells.map(\.name) == ["Edging"])
    #expect(reading.trouble == .skipped(file: "pricing.json", count: 6))
  }

  @Test(
    "a file that is no object of its form is not used, and said to be damaged",
    arguments: ["", "[]", "{", "null", "{\"default\":7}", "{\"default\":\"x\"}", "\u{0}", "{\"default\":{]}"])
  func damaged(text: String) throws {
    try write("pricing.json", text)
    let reading = PriceList.of(service: "Any", in: files)
    #expect(reading.value == nil && reading.trouble == .damaged(file: "pricing.json"))
  }

  @Test("a deep file and a large one are borne") func extremes() throws {
    try write("playbooks.json", String(repeating: "[", count: 100_000))
    #expect(PlaybookCues.cues(service: "x", in: files).trouble == .damaged(file: "playbooks.json"))
    try write("pricing.json", "{\"default\":\"" + String(repeating: "x", count: HelperFiles.limit) + "\"}")
    #expect(PriceList.of(service: "x", in: files).trouble == .tooLarge(file: "pricing.json", limit: HelperFiles.limit))
  }

  @Test("a folder or a pipe in a file's place is said to be unreadable, and waited for by nobody") func noFile() throws
  {
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "pricing.json"), withIntermediateDirectories: false)
    #expect(PriceList.of(service: "x", in: files).trouble == .unreadable(file: "pricing.json"))
    #expect(mkfifo(folder.url.appending(path: "playbooks.json").path, 0o600) == 0)
    #expect(PlaybookCues.cues(service: "x", in: files).trouble == .unreadable(file: "playbooks.json"))
  }

  @Test("a file is read again when it has changed") func again() throws {
    try write("pricing.json", #"{"default":{"base_price":1}}"#)
    #expect(PriceList.of(service: "x", in: files).value?.basePrice == 100)
    try write("pricing.json", #"{"default":{"base_price":25}}"#)
    #expect(PriceList.of(service: "x", in: files).value?.basePrice == 2_500)
  }

  @Test("what is known of an account comes with the prototype's own words for what is missing") func intel() throws {
    try write(
      "contact_intel.json",
      """
      {"Acme HOA":{"recent_jobs":[{"date":"2026-04-06","summary":"Walk","value":0},{"value":3}],
      "open_quotes":[{"amount":2400,"status":"Sent"}],"promotions":["15% off\\u0007 mulch"],"intel_notes":[9],
      "last_updated":"2026-05-12"}}
      """)
    let reading = AccountIntel.of(account: "acme hoa", in: files)
    let intel = try #require(reading.value)
    #expect(intel.jobs.map(\.summary) == ["Walk"] && intel.jobs.first?.value == nil)
    #expect(intel.quotes.map(\.summary) == ["Pending follow-up"] && intel.quotes.first?.amount == 240_000)
    #expect(intel.promotions == ["15% off  mulch"])
    #expect(reading.trouble == .skipped(file: "contact_intel.json", count: 2))
  }
}
