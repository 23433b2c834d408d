import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Operations log")
struct OpsLogProjectorTests {
  private let folder: TemporaryFolder
  private let clock = ManualClock()
  private let store: FieldStore
  private let projector: OpsLogProjector
  private var file: URL { folder.url.appending(path: "ops_log.jsonl") }

  init() throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
    projector = OpsLogProjector(store: store, owner: "p1")
  }

  private func log() throws -> Data { try Data(contentsOf: file) }

  /// Queues a note and lets its delivery fail once: two CRM events.
  private func deliverOne(digit: Character) throws {
    let clip = Fixture.clip(digit: digit, at: clock.now)
    _ = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: clock.now)
    _ = try store.notes.save(note, text: "secret words", payload: Fixture.payload(note: "secret words"))
    let entry = try #require(try store.outbox.claimDue(owner: "d", lease: .seconds(35)))
    let attempt = DeliveryAttempt(
      startedAt: clock.now, state: .failed, nextAttemptAt: nil, responseCode: 422, error: "no such account")
    try store.outbox.record(attempt, for: entry, owner: "d")
    clock.advance(1)
  }

  @Test("every CRM event becomes one line, in order, with its own numbers")
  func projects() throws {
    try deliverOne(digit: "a")
    #expect(try projector.projectOnce() == 2)
    let lines = OpsLogReader.lines(of: try log())
    #expect(lines.map(\.facts.status) == [.queued, .failed])
    #expect(lines.map(\.facts.queueLength) == [1, 0])
    #expect(lines.map(\.seq) == [3, 5])
    #expect(lines[1].facts.crmResponseCode == 422)
    #expect(lines[1].facts.crmError == "no such account")
    #expect(lines[1].facts.crmAttempts == 1)
    #expect(lines[1].ts == "2026-11-22T12:00:00.000Z")
  }

  @Test("a line has exactly the contract's fields and seq, and no words of the note")
  func fields() throws {
    try deliverOne(digit: "a")
    try projector.projectOnce()
    for line in try log().split(separator: UInt8(ascii: "\n")) {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
      #expect(Set(object.keys) == Self.contractFields.union(["seq"]))
    }
    #expect(!String(decoding: try log(), as: UTF8.self).contains("secret"))
  }

  static let contractFields: Set<String> = [
    "ts", "status", "queue_len", "ai_failures", "stream_updates", "stream_latency_ms_first_partial",
    "stream_dropouts", "final_worker_queue_depth", "final_worker_last_success", "final_worker_error",
    "chat_requests", "chat_fallback_count", "chat_last_error", "chat_last_hash", "chat_last_query",
    "chat_positioning_count", "crm_processed_count", "crm_response_code", "crm_error", "crm_attempts",
  ]

  @Test("projecting again adds nothing; new events are added after what is there")
  func idempotent() throws {
    try deliverOne(digit: "a")
    #expect(try projector.projectOnce() == 2)
    let first = try log()
    #expect(try projector.projectOnce() == 0)
    #expect(try log() == first)
    try deliverOne(digit: "b")
    #expect(try projector.projectOnce() == 2)
    #expect(try log().starts(with: first))
    #expect(OpsLogReader.lines(of: try log()).map(\.seq) == [3, 5, 8, 10])
  }

  @Test("a log torn at any byte is the same again after the next projection")
  func tornAnywhere() throws {
    try deliverOne(digit: "a")
    try projector.projectOnce()
    let whole = try log()
    for length in stride(from: 0, to: whole.count, by: 7) {
      try whole.prefix(length).write(to: file)
      try projector.projectOnce()
      #expect(try log() == whole, "torn at byte \(length)")
    }
  }

  @Test("a deleted log is written again, byte for byte")
  func deleted() throws {
    try deliverOne(digit: "a")
    try projector.projectOnce()
    let whole = try log()
    try FileManager.default.removeItem(at: file)
    #expect(try projector.projectOnce() == 2)
    #expect(try log() == whole)
  }

  @Test("a damaged line in the middle is passed over by the reader and left by the projector")
  func damagedLine() throws {
    try deliverOne(digit: "a")
    try projector.projectOnce()
    let lines = try log().split(separator: UInt8(ascii: "\n")).map { Data($0) }
    try Data([lines[0], Data("{broken".utf8), lines[1], Data()].joined(separator: Data("\n".utf8))).write(to: file)
    try deliverOne(digit: "b")
    #expect(try projector.projectOnce() == 2)
    #expect(OpsLogReader.lines(of: try log()).map(\.seq) == [3, 5, 8, 10])
  }

  @Test("lines of the prototype, which have no seq, are kept and followed by every event")
  func legacyLines() throws {
    let legacy = Data(#"{"ts":"2025-11-03T10:00:00","status":"synced","queue_len":0}"#.utf8) + Data("\n".utf8)
    try legacy.write(to: file)
    try deliverOne(digit: "a")
    #expect(try projector.projectOnce() == 2)
    #expect(try log().starts(with: legacy))
  }

  @Test("a second process writes nothing until the first one's lease lapses")
  func oneWriter() throws {
    let second = OpsLogProjector(store: store, owner: "p2")
    try deliverOne(digit: "a")
    #expect(try projector.projectOnce() == 2)
    try deliverOne(digit: "b")
    #expect(try second.projectOnce() == 0)
    clock.advance(30)
    #expect(try second.projectOnce() == 2)
    #expect(try projector.projectOnce() == 0)
    #expect(OpsLogReader.lines(of: try log()).map(\.seq) == [3, 5, 8, 10])
  }

  @Test("a log that is ahead of the store is not written to")
  func logAhead() throws {
    try deliverOne(digit: "a")
    try projector.projectOnce()
    let other = try TemporaryFolder()
    let fresh = try FieldStore.open(dataDirectory: other.url, clock: clock.wall)
    try FileManager.default.copyItem(at: file, to: other.url.appending(path: "ops_log.jsonl"))
    #expect(throws: OperationsError.logAheadOfStore(logSeq: 5, storeSeq: 0)) {
      try OpsLogProjector(store: fresh, owner: "p").projectOnce()
    }
  }

  @Test("a cancelled run has projected everything and gives its lease back")
  func cancelledRun() async throws {
    try deliverOne(digit: "a")
    let projector = projector
    let run = Task { try await projector.run() }
    run.cancel()
    try await run.value
    #expect(OpsLogReader.lines(of: try log()).count == 2)
    #expect(try store.leases.holder(OpsLogProjector.leaseName) == nil)
  }
}
