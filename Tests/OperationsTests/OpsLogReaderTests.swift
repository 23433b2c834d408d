import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Reading operations logs")
struct OpsLogReaderTests {
  @Test("prototype test_ops_log: append returns exactly the JSON line written, with every field of the contract")
  func appendReturnsTheLine() throws {
    let room = try ViewRoom()
    try room.save()
    let event = try #require(try room.store.events.after(0, limit: 10, kindPrefix: "crm.").first)
    let file = room.file("ops_log.jsonl")
    let log = try #require(try OpsLogFile.open(file))
    let line = try log.append(try OpsLogLine(event: event))
    #expect(try room.text("ops_log.jsonl") == line + "\n")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(Set(object.keys) == OpsLogTests.contractFields.union(["seq"]))
  }

  @Test("a line of the prototype that lacks later fields is read, what it lacks is nil")
  func olderLine() throws {
    let line = #"{"ts":"2025-11-03T10:00:00","status":"live_backlog","queue_len":2,"stream_updates":2.0}"#
    let history = OpsLogReader.read(Data(line.utf8))
    let entry = try #require(history.entries.first)
    #expect(entry.status == "live_backlog" && entry.queueLength == 2 && entry.streamUpdates == 2)
    #expect(entry.seq == nil && entry.chatRequests == nil && entry.crmResponseCode == nil)
    #expect(entry.time == Date(timeIntervalSince1970: 1_762_164_000))
  }

  @Test("a field of the wrong kind counts as missing")
  func wrongKind() throws {
    let line = #"{"ts":"2026-01-01T00:00:00Z","queue_len":"three","crm_error":5,"ai_failures":1e300,"seq":-7}"#
    let entry = try #require(OpsLogReader.read(Data(line.utf8)).entries.first)
    #expect(entry.queueLength == nil && entry.crmError == nil && entry.aiFailures == nil)
  }

  @Test(
    "what is no log line is counted and passed over",
    arguments: ["{broken", "[]", "12", "null", "{}", "\"text\"", "\u{0}\u{1}", String(repeating: "[", count: 100_000)])
  func badLine(_ bad: String) {
    let good = #"{"ts":"2026-01-01T00:00:00Z","status":"synced"}"#
    let history = OpsLogReader.read(Data("\(good)\n\(bad)\n\n\(good)\n".utf8))
    #expect(history.entries.count == 2)
    #expect(history.unreadableLines == 1)
  }

  @Test("a torn last line is counted, the lines before it are read")
  func tornLine() {
    let good = #"{"ts":"2026-01-01T00:00:00Z","status":"synced"}"#
    let history = OpsLogReader.read(Data((good + "\n" + good.prefix(20)).utf8))
    #expect(history.entries.count == 1)
    #expect(history.unreadableLines == 1)
  }

  @Test("a data folder without any log has an empty history")
  func nothing() throws {
    let folder = try TemporaryFolder()
    #expect(try OpsLogReader.history(in: folder.url) == OpsHistory())
  }
}
