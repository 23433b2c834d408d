import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

/// An hour of notes on a shortened clock, with a CRM that fails in turn; what was done is kept apart from the store.
@Suite("An hour of traffic with faults")
struct TrafficTests {
  private struct Ledger {
    var tried: Set<String> = []
    var delivered: Set<String> = []
    var replies: [Int?: Int] = [:]
    var jobsTried = 0
    var jobsCompleted = 0
    var seconds = 0.0
  }

  private let room: ViewRoom

  init() throws { room = try ViewRoom() }

  private func run(minutes: Int, seed: UInt64) throws -> Ledger {
    var (ledger, chance) = (Ledger(), SplitMix(seed: seed))
    for minute in 0..<minutes {
      for _ in 0..<Int.random(in: 0...3, using: &chance) { try room.save() }
      try transcribe(&ledger, &chance)
      let isDown = (20..<30).contains(minute)
      while let entry = try room.store.outbox.claimDue(owner: "d", lease: .seconds(35)) {
        let code: Int? =
          isDown
          ? [503, nil].randomElement(using: &chance) ?? nil : [200, 200, 200, 422].randomElement(using: &chance)
        let state: DeliveryState = code == 200 ? .synced : code == 422 ? .failed : .retrying
        let next = state == .retrying ? room.clock.now + 120 : nil
        try room.store.outbox.record(
          DeliveryAttempt(
            startedAt: room.clock.now, state: state, nextAttemptAt: next, responseCode: code,
            error: state == .synced ? nil : "fault"), for: entry, owner: "d")
        ledger.tried.insert(entry.id.rawValue)
        if state == .synced { ledger.delivered.insert(entry.id.rawValue) }
        ledger.replies[code, default: 0] += 1
      }
      if minute % 7 == 0 { try room.projector().projectOnce() }
      room.clock.advance(60)
    }
    return ledger
  }

  private func transcribe(_ ledger: inout Ledger, _ chance: inout SplitMix) throws {
    while let job = try room.store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(30)) {
      ledger.jobsTried += 1
      if Int.random(in: 0..<5, using: &chance) == 0 {
        try room.store.jobs.fail(job, owner: "w", error: "fault", permanent: true, jitter: 0)
        continue
      }
      let milliseconds = Int.random(in: 200...9_000, using: &chance)
      ledger.seconds += Double(milliseconds) / 1_000
      ledger.jobsCompleted += 1
      let heard = Transcript(
        id: .random(), clipID: job.clipID, ownerID: job.ownerID, text: "words", segmentsJSON: "[]", language: "en",
        confidence: 0.9, audioSeconds: 1.5, latencyMilliseconds: milliseconds, model: "demo", computeType: "int8",
        engine: "test", completedAt: room.clock.now)
      try room.store.jobs.complete(job, owner: "w", transcript: heard)
    }
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

/// The same numbers at every run.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
