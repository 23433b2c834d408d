import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Report")
struct ReportTests {
  private let room: ViewRoom

  init() throws { room = try ViewRoom() }

  private func report(since: Date? = nil) throws -> OpsReport {
    try room.projector().projectOnce()
    return try OpsReport(
      OpsLogReader.history(in: room.folder.url), store: room.store, since: since, until: room.clock.now)
  }

  private func old(_ lines: String...) throws -> OpsReport {
    try OpsReport(
      OpsLogReader.read(Data(lines.joined(separator: "\n").utf8)), store: nil, since: nil, until: room.clock.now)
  }

  private func value(_ name: String, _ report: OpsReport) -> String? {
    report.rows.first { $0.name == name }?.value
  }

  @Test("a note that took three tries is one success, not a third of one")
  func countsNotes() throws {
    try room.save()
    try room.deliver(.retrying, code: 503, error: "not now")
    try room.deliver(.retrying, code: nil, error: "no answer")
    try room.deliver(.synced)
    try room.save()
    try room.deliver(.failed, code: 422, error: "no such stage")
    let report = try report()
    #expect(report.crm == .init(good: 1, tried: 2))
    #expect(value("CRM success", report) == "50.0 % (1 of 2)")
    #expect(report.warnings.contains { $0.hasPrefix("CRM success is 50.0 % (1 of 2), under 90 %") })
  }

  @Test("a note that never got an answer counts as one that was not delivered")
  func networkErrorsCount() throws {
    try room.save()
    try room.deliver(.cached, code: nil, error: "connection refused")
    #expect(try report().crm == .init(good: 0, tried: 1))
  }

  @Test("what waits untried is a backlog and no failure")
  func untried() throws {
    for _ in 0..<4 { try room.save() }
    let report = try report()
    #expect(report.crm.rate == nil && report.waiting == 4)
    #expect(report.warnings.contains { $0.hasPrefix("4 notes wait for the CRM, over 3") })
  }

  @Test("a worker that is off has no success rate, whatever lines say without an error")
  func workerOff() throws {
    let report = try old(
      #"{"ts":"2025-11-03T10:00:00","status":"synced","final_worker_queue_depth":0,"final_worker_error":null}"#,
      #"{"ts":"2025-11-03T10:01:00","status":"synced"}"#)
    #expect(report.worker.rate == nil)
    #expect(report.crm == .init(good: 2, tried: 2))
  }

  @Test("lines of a prototype: each success and error counts once, counters that start anew go on, bad lines are told")
  func prototype() throws {
    let report = try old(
      #"{"ts":"2025-11-03T10:00:00","status":"synced","ai_failures":2,"final_worker_last_success":"a"}"#,
      #"{"ts":"2025-11-03T10:01:00","status":"retrying","crm_response_code":503,"final_worker_last_success":"a"}"#,
      #"{"ts":"2025-11-03T10:02:00","status":"failed","crm_error":"down","ai_failures":1,"final_worker_error":"broke"}"#,
      #"{"ts":"2025-11-03T10:03:00","status":"cached","final_worker_error":"broke"}"#,
      "{torn", #"{"ts":"2030-01-01T00:00:00","status":"qa_seed","chat_requests":4,"chat_fallback_count":1}"#)
    #expect(report.entries == 5 && report.unreadable == 1)
    #expect(report.worker == .init(good: 1, tried: 2))
    #expect(report.crm == .init(good: 1, tried: 2))
    #expect(report.failures == 3)
    #expect(value("Copilot fallbacks", report) == "25.0 %")
    #expect(report.warnings.contains("1 line(s) of the log can't be read and were left out."))
  }

  @Test("imported lines of a prototype and the store's own notes are counted together, each once")
  func both() throws {
    try Data(#"{"ts":"2025-11-03T10:00:00","status":"failed","crm_error":"down"}"#.utf8 + [0x0A]).write(
      to: room.file("ops_log.jsonl"))
    try room.save()
    try room.deliver(.synced)
    let report = try report()
    #expect(report.crm == .init(good: 1, tried: 2))
    #expect(report.entries == 3)
  }

  @Test("--since leaves out what ended before, by its time") func since() throws {
    try room.save()
    try room.deliver(.failed, code: 500, error: "broken")
    room.clock.advance(3_600)
    let noon = room.clock.now
    try room.save()
    try room.deliver(.synced)
    let report = try report(since: noon)
    #expect(report.crm == .init(good: 1, tried: 1))
    #expect(report.entries == 2)
  }

  @Test("prototype test_ops_log: the text holds worker success, queue trend, CRM success, latest CRM error, briefs")
  func contractText() throws {
    try room.save()
    try room.deliver(.failed, code: 500, error: "a | pipe\nand a line <b>")
    let report = try report()
    for name in [
      "Ops Log Summary", "Final worker success", "Queue trend (last 5)", "CRM success", "Latest CRM error",
      "Positioning briefs",
    ] {
      #expect(report.markdown.contains(name) && report.html.contains(name), "\(name)")
    }
    #expect(report.markdown.contains("| Latest CRM error | a \\| pipe and a line <b> |"))
    #expect(report.html.contains("a | pipe and a line &lt;b&gt;"))
    let json = try #require(try JSONSerialization.jsonObject(with: report.json()) as? [String: Any])
    #expect(json["entries"] as? Int == 2)
  }

  @Test("nothing at all says so in the prototype's words") func nothing() throws {
    #expect(try report().markdown == "No ops log entries found.\n")
  }

  @Test("notes that were sent without a final transcript since a time are listed, others are not")
  func impacted() throws {
    let without = try room.save()
    try room.deliver(.synced)
    try room.save { $0.transcriptionFinal = "words" }
    try room.deliver(.synced)
    try room.save()
    let noon = room.clock.now - 60
    let notes = try room.store.operations.impacted(since: noon)
    #expect(notes.map(\.noteID) == [without.noteID])
    #expect(try room.store.operations.impacted(since: room.clock.now).isEmpty)
  }
}
