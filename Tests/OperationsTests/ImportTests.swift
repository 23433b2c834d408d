import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Import of a prototype's folder")
struct ImportTests {
  private let room: ViewRoom
  private let source: TemporaryFolder

  init() throws {
    room = try ViewRoom()
    source = try TemporaryFolder()
  }

  private func put(_ name: String, _ text: String) throws { _ = try source.file(name, Data(text.utf8)) }

  private func run(dry: Bool = false) throws -> (tallies: [String: ImportTally], refusals: [OperationsError]) {
    var work = PrototypeImport(
      try PrototypeFolder(source.url, own: room.folder.url), store: room.store, target: room.folder.url,
      isDryRun: dry, clock: room.clock.wall, timeZone: .gmt)
    let tallies = try work.run()
    return (Dictionary(uniqueKeysWithValues: tallies.map { ($0.what, $0) }), work.refusals)
  }

  private static func payload(_ note: String, _ state: String?, ts: String = "2025-11-03T10:00:00") -> String {
    let status = state.map { #", "crm_status": {"state": "\#($0)", "timestamp": "2025-11-03T10:00:01"}"# } ?? ""
    return #"{"note": "\#(note)", "note_polished": "\#(note)", "account": "Acme HOA", "transcription_raw": "raw", "#
      + #""transcription_confidence": 0.9, "processing_time": 1.5, "ts": "\#(ts)", "_gps": "1,2""# + status + "}"
  }

  private func putSnapshot(_ recent: [String], last: String = "null", more: String = "") throws {
    let list = recent.joined(separator: ",")
    try put("crm_snapshot.json", #"{"recent_payloads": [\#(list)], "last_payload": \#(last)\#(more)}"#)
  }

  @Test("notes that were never delivered wait as cached, with the words and the time that they had; others stay out")
  func undelivered() throws {
    try putSnapshot([
      Self.payload("a", "failed"), Self.payload("b", "synced"), Self.payload("c", "queued", ts: "2025-11-03T09:00:00"),
      Self.payload("d", "retrying", ts: "soon"), Self.payload("e", nil),
    ])
    let result = try run()
    #expect(result.refusals.isEmpty)
    let notes = try #require(result.tallies["undelivered notes"])
    #expect(notes.found == 3 && notes.added == 3)
    let entries = try room.store.outbox.all()
    #expect(entries.map(\.state) == [.cached, .cached, .cached])
    #expect(entries.map { $0.createdAt.timeIntervalSince1970 } == [1_762_160_400, 1_762_164_000, 1_795_348_800])
    let payload = try JSONDecoder().decode(CRMPayload.self, from: entries[1].payload)
    #expect(payload.note == "a" && payload.contact.account == "Acme HOA" && payload.timestamp == "2025-11-03T10:00:00")
    #expect(!entries.contains { String(decoding: $0.payload, as: UTF8.self).contains("_gps") })
    #expect(
      try room.store.events.after(0, limit: 9, kindPrefix: "crm.").map(\.kind)
        == Array(repeating: "crm.cached", count: 3))
  }

  @Test("nothing of an import is due for delivery before it is flushed")
  func nothingDue() throws {
    try putSnapshot([Self.payload("a", "failed")])
    _ = try run()
    #expect(try room.store.outbox.nextDueAt() == nil)
    #expect(try room.store.outbox.flush().queued == 1)
    #expect(try room.store.outbox.nextDueAt() != nil)
  }

  @Test("weakness 10: two notes of the same second are two; one found in three places is one")
  func sameSecond() throws {
    let first = Self.payload("one", "cached")
    let last = first.dropLast() + #", "quote_summary": {"stale": 1}}"#
    try putSnapshot(
      [first, Self.payload("two", "cached")], last: String(last),
      more: #", "cached_records": [\#(Self.payload("one", nil))]"#)
    let tally = try #require(try run().tallies["undelivered notes"])
    #expect(tally.found == 2 && tally.added == 2)
  }

  @Test("importing twice adds nothing; what came since is added")
  func twice() throws {
    try putSnapshot([Self.payload("a", "failed")], more: #", "ai_fail_count": 2"#)
    try put("ops_log.jsonl", Self.line(1) + Self.line(1) + Self.line(2))
    try put("playbooks.json", "{}")
    try put("crm_sample.csv", "Customer_ID\nC1\n")
    #expect(try run().tallies.values.map(\.added).reduce(0, +) == 7)
    let before = try room.views()
    let seq = try room.store.events.lastSeq()
    let again = try run()
    #expect(again.tallies.values.allSatisfy { $0.added == 0 && $0.refused == 0 })
    #expect(again.tallies.values.map(\.known).reduce(0, +) == 7)
    #expect(try room.views() == before)
    #expect(try room.store.events.lastSeq() == seq)
    try put("ops_log.jsonl", Self.line(1) + Self.line(1) + Self.line(2) + Self.line(2) + Self.line(3))
    #expect(try run().tallies["log lines"]?.added == 2)
    #expect(try OpsLogReader.history(in: room.folder.url).entries.count == 5)
  }

  private static func line(_ minute: Int) -> String {
    #"{"ts":"2025-11-03T10:0\#(minute):00","status":"synced"}"# + "\n"
  }

  @Test("the prototype's log is history before ours; bad lines are counted, words of notes are taken out")
  func history() throws {
    let debug = #"{"ts":"2025-11-03T10:05:00","status":"queued","crm_queue_debug":[{"note":"secret","account":"A"}]}"#
    try put("ops_log.jsonl", Self.line(1) + "{torn\n" + debug + "\n")
    let result = try run()
    let tally = try #require(result.tallies["log lines"])
    #expect(tally.found == 3 && tally.added == 2 && tally.refused == 1)
    let path = source.url.resolvingSymlinksInPath().appending(path: "ops_log.jsonl").path
    #expect(result.refusals == [.importRefused(path: path, reason: .badLines(count: 1))])
    try room.save()
    try room.projector().projectOnce()
    let entries = try OpsLogReader.history(in: room.folder.url).entries
    #expect(entries.prefix(2).allSatisfy { $0.seq == nil })
    #expect(entries.dropFirst(2).compactMap(\.seq) == (try room.seqs()))
    let name = try #require(room.folder.names(in: "").first { $0.hasPrefix("ops_log.imported-") })
    let unpacked = try Gunzip.text(room.file(name))
    #expect(unpacked.hasPrefix(Self.line(1)))
    #expect(!unpacked.contains("secret") && unpacked.contains(#""note":"[redacted]""#))
  }

  @Test("counters are the base of ours, files are copied where there are none of their name")
  func countersAndFiles() throws {
    try putSnapshot([Self.payload("done", "synced")], more: #", "ai_fail_count": 2"#)
    try put("playbooks.json", #"{"default": []}"#)
    try put("pricing.json", #"{"theirs": 1}"#)
    try put("contact_intel.json", "{torn")
    try put("crm_sample.csv", "Name\nx\n")
    try Data(#"{"ours": 1}"#.utf8).write(to: room.file("pricing.json"))
    let result = try run()
    #expect(result.tallies["data files"].map { [$0.found, $0.added, $0.known, $0.refused] } == [3, 1, 1, 1])
    #expect(result.tallies["customer table"]?.refused == 1)
    let names = result.refusals.map { refusal in
      if case .importRefused(let path, let reason) = refusal {
        "\(URL(filePath: path).lastPathComponent) \(reason)"
      } else {
        ""
      }
    }
    #expect(names == ["contact_intel.json notJSON", "crm_sample.csv notATable"])
    #expect(try room.text("pricing.json") == #"{"ours": 1}"#)
    #expect(try room.text("playbooks.json") == #"{"default": []}"#)
    try room.projector().projectOnce()
    #expect(try room.snapshot()["ai_fail_count"] as? Int == 2)
  }

  @Test("a dry run says the same and changes nothing")
  func dryRun() throws {
    try putSnapshot([Self.payload("a", "failed"), "{}"], more: #", "ai_fail_count": 2"#)
    try put("ops_log.jsonl", Self.line(1))
    try put("playbooks.json", "{}")
    let before = try room.views()
    let dry = try run(dry: true)
    #expect(try room.views() == before)
    #expect(try room.store.events.lastSeq() == 0)
    #expect(try run().tallies == dry.tallies)
  }

  @Test(
    "a hostile snapshot is no crash, and nothing of it is half taken",
    arguments: [
      "", "[]", "null", "{\"recent_payloads\": 5}", "{\"recent_payloads\": [[[]], null, 7, {}]}",
      "{\"cached_records\": [{}]}",
      #"{"recent_payloads": [{"note": 5, "crm_status": {"state": "failed"}}]}"#,
      #"{"recent_payloads": [{"note": "x", "ts": "9999-99-99T99:99:99", "transcription_final_latency_ms": 1e300, "#
        + #""crm_status": {"state": "failed"}, "quote_summary": []}]}"#,
      String(repeating: "[", count: 50_000), "\u{0}\u{1}\u{2}",
    ])
  func hostileSnapshot(_ text: String) throws {
    try put("crm_snapshot.json", text)
    _ = try run()
    for entry in try room.store.outbox.all() {
      #expect(throws: Never.self) { try JSONDecoder().decode(CRMPayload.self, from: entry.payload) }
    }
    try room.projector().projectOnce()
    #expect(try room.snapshot()["cached_records"] is [Any])
  }

  @Test("links out of the folder are not followed, folders and pipes are refused, each with its line")
  func links() throws {
    let secret = try source.file("outside", Data("{}".utf8))
    let inner = source.url.appending(path: "data")
    try FileManager.default.createDirectory(at: inner.appending(path: "audio_cache"), withIntermediateDirectories: true)
    for name in ["playbooks.json", "audio_cache/clip_1.wav"] {
      try FileManager.default.createSymbolicLink(at: inner.appending(path: name), withDestinationURL: secret)
    }
    try FileManager.default.createDirectory(
      at: inner.appending(path: "pricing.json"), withIntermediateDirectories: true)
    mkfifo(inner.appending(path: "ops_log.jsonl").path, 0o600)
    mkfifo(inner.appending(path: "audio_cache/clip_2.wav").path, 0o600)
    let folder = try PrototypeFolder(inner, own: room.folder.url)
    var work = PrototypeImport(folder, store: room.store, target: room.folder.url, isDryRun: false)
    _ = try work.run()
    let reasons = work.refusals.map {
      if case .importRefused(_, let reason) = $0 { reason } else { ImportRefusal.missing }
    }
    #expect(reasons == [.notARegularFile, .link, .notARegularFile])
    #expect(folder.clips().files.isEmpty && folder.clips().refused.count == 2)
    #expect(!FileManager.default.fileExists(atPath: room.file("playbooks.json").path))
  }

  @Test("the data folder itself, a file and a missing folder are refused")
  func refusedFolders() throws {
    let own = room.folder.url
    #expect(throws: OperationsError.importRefused(path: own.path, reason: .ownDataFolder)) {
      try PrototypeFolder(own, own: own)
    }
    let file = try source.file("f", Data())
    #expect(throws: OperationsError.importRefused(path: file.path, reason: .notAFolder)) {
      try PrototypeFolder(file, own: own)
    }
    let missing = source.url.appending(path: "missing")
    #expect(throws: OperationsError.importRefused(path: missing.path, reason: .missing)) {
      try PrototypeFolder(missing, own: own)
    }
  }
}
