import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

/// An hour of notes on a shortened clock, with a CRM that fails in turn; what was done is kept apart from the store.
@Suite("An hour of traffic with faults")
struct TrafficTests {
  private let room: ViewRoom

  init() throws { room = try ViewRoom() }

  private func run(minutes: Int, seed: UInt64) throws -> Traffic {
    var traffic = Traffic(seed: seed)
    try traffic.run(minutes: minutes, room.store, room.clock, save: { try room.save() }) { minute in
      if minute % 7 == 0 { try room.projector().projectOnce() }
    }
    return traffic
  }

  @Test("figures, report and metrics equal what was done", arguments: [1, 2, 3] as [UInt64])
  func equal(seed: UInt64) throws {
    let start = room.clock.now
    let ledger = try run(minutes: 60, seed: seed)
    try room.projector().projectOnce()
    let span = start..<(room.clock.now + 1)
    let delivery = try room.store.operations.delivery(span)
    #expect(delivery.tried == ledger.tried.count && delivery.delivered == ledger.delivered.count)
    #expect(Dictionary(uniqueKeysWithValues: delivery.replies.map { ($0.code, $0.count) }) == ledger.replies)
    let entries = try room.store.outbox.all()
    #expect(delivery.waiting == entries.count - ledger.delivered.count)
    #expect(delivery.oldestWaitingSince == entries.filter { $0.state != .synced }.map(\.createdAt).min())
    #expect(try room.store.operations.backlog(span, steps: 60).last == delivery.waiting)
    let work = try room.store.operations.transcription(span)
    #expect(work.tried == ledger.jobsTried && work.completed == ledger.jobsCompleted)
    #expect(abs(work.paces.reduce(0) { $0 + $1.seconds } - ledger.seconds) < 0.01)
    let report = try OpsReport(
      OpsLogReader.history(in: room.folder.url), store: room.store, since: start, until: room.clock.now)
    #expect(report.crm == .init(good: ledger.delivered.count, tried: ledger.tried.count))
    #expect(report.worker == .init(good: ledger.jobsCompleted, tried: ledger.jobsTried))
    let metrics = try StoreMetrics.text(room.store, workerEnabled: true, now: room.clock.now)
    for (code, count) in ledger.replies {
      let label = code.map(String.init) ?? "none"
      #expect(metrics.contains("fieldos_delivery_attempts_total{code=\"\(label)\"} \(count)\n"))
    }
    #expect(metrics.contains("fieldos_transcription_seconds_count \(ledger.jobsCompleted)\n"))
  }

  @Test("promtool finds nothing wrong with the metrics") func promtool() throws {
    _ = try run(minutes: 40, seed: 7)
    let file = room.file("metrics.txt")
    try Data(try StoreMetrics.text(room.store, workerEnabled: true, now: room.clock.now).utf8).write(to: file)
    let (process, said) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "promtool check metrics < '\(file.path)' 2>&1"]
    process.standardOutput = said
    try process.run()
    let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.isEmpty, "\(text)")
  }
}
