import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Operations log")
struct OpsLogTests {
  private let room: ViewRoom
  private let projector: Projector
  private var clock: ManualClock { room.clock }
  private var store: FieldStore { room.store }
  private var file: URL { room.file("ops_log.jsonl") }

  init() throws {
    room = try ViewRoom()
    projector = room.projector()
  }

  private func log() throws -> Data { try Data(contentsOf: file) }

  /// Queues a note and lets its delivery fail once: two CRM events.
  private func deliverOne() throws {
    try room.save()
    try room.deliver(.failed, code: 422, error: "no such account")
  }

  @Test("every CRM event becomes one line, in order, with its own numbers")
  func projects() throws {
    try deliverOne()
    #expect(try projector.projectOnce() == 2)
    let lines = OpsLogReader.read(try log()).entries
    #expect(lines.map(\.status) == ["queued", "failed"])
    #expect(lines.map(\.queueLength) == [1, 0])
    #expect(lines.compactMap(\.seq) == (try room.seqs()))
    #expect(lines[1].crmResponseCode == 422)
    #expect(lines[1].crmError == "no such account")
    #expect(lines[1].crmAttempts == 1)
    #expect(lines[1].ts == "2026-11-22T12:00:00.000Z")
  }

  @Test("a line has exactly the contract's fields and seq, and no words of the note")
  func fields() throws {
    try deliverOne()
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
    try deliverOne()
    #expect(try projector.projectOnce() == 2)
    let first = try log()
    #expect(try projector.projectOnce() == 0)
    #expect(try log() == first)
    try deliverOne()
    #expect(try projector.projectOnce() == 2)
    #expect(try log().starts(with: first))
    #expect(OpsLogReader.read(try log()).entries.compactMap(\.seq) == (try room.seqs()))
  }

  @Test("a log torn at any byte is the same again after the next projection")
  func tornAnywhere() throws {
    try deliverOne()
    try projector.projectOnce()
    let whole = try log()
    for length in stride(from: 0, to: whole.count, by: 7) {
      try whole.prefix(length).write(to: file)
      try projector.projectOnce()
      #expect(try log() == whole, "torn at byte \(length)")
    }
  }

  @Test("a log of which a power cut left zeros is the same again after the next projection")
  func zeros() throws {
    for _ in 0..<4 { try deliverOne() }
    try projector.projectOnce()
    let whole = try log()
    for first in stride(from: 0, to: whole.count, by: 97) {
      var spoiled = whole
      let sector = first..<min(whole.count, first + 512)
      spoiled.replaceSubrange(sector, with: Data(count: sector.count))
      try spoiled.write(to: file)
      try projector.projectOnce()
      #expect(try log() == whole, "zeros from byte \(first) on")
    }
  }

  @Test("zeros before lines that cannot be made again are left")
  func zerosBeforeForeignLines() throws {
    let foreign = #"{"ts":"2026-01-05T10:00:01","status":"ok"}"#
    let old = Data("{\"ts\":\u{0}\u{0}}\n\(foreign)\n".utf8)
    try old.write(to: file)
    try deliverOne()
    try projector.projectOnce()
    #expect(try log().starts(with: old))
  }

  @Test("a deleted log is written again, byte for byte")
  func deleted() throws {
    try deliverOne()
    try projector.projectOnce()
    let whole = try log()
    try FileManager.default.removeItem(at: file)
    #expect(try projector.projectOnce() == 2)
    #expect(try log() == whole)
  }

  @Test("a damaged line in the middle is passed over by the reader and left by the projector")
  func damagedLine() throws {
    try deliverOne()
    try projector.projectOnce()
    let lines = try log().split(separator: UInt8(ascii: "\n")).map { Data($0) }
    try Data([lines[0], Data("{broken".utf8), lines[1], Data()].joined(separator: Data("\n".utf8))).write(to: file)
    try deliverOne()
    #expect(try projector.projectOnce() == 2)
    #expect(OpsLogReader.read(try log()).entries.compactMap(\.seq) == (try room.seqs()))
  }

  @Test("lines of the prototype, which have no seq, are kept and followed by every event")
  func legacyLines() throws {
    let legacy = Data(#"{"ts":"2026-11-03T10:00:00","status":"synced","queue_len":0}"#.utf8) + Data("\n".utf8)
    try legacy.write(to: file)
    try deliverOne()
    #expect(try projector.projectOnce() == 2)
    #expect(try log().starts(with: legacy))
  }

  @Test("a second process writes nothing while the first one writes")
  func oneWriter() throws {
    try deliverOne()
    let lock = open(room.file("views.lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    try #require(lock >= 0 && flock(lock, LOCK_EX) == 0)
    #expect(try projector.projectOnce() == 0)
    #expect(!FileManager.default.fileExists(atPath: file.path))
    close(lock)
    #expect(try projector.projectOnce() == 2)
  }

  @Test("what a process left torn when it died is whole as soon as another one starts")
  func successor() throws {
    try deliverOne()
    #expect(try projector.projectOnce() == 2)
    let whole = try log()
    try whole.dropLast(9).write(to: file)
    try deliverOne()
    let second = try FieldStore.open(dataDirectory: room.folder.url, clock: clock.wall)
    #expect(try Projector(store: second, limits: OpsLogLimits(), clock: clock.wall).projectOnce() == 3)
    #expect(OpsLogReader.read(try log()).entries.compactMap(\.seq) == (try room.seqs()))
    #expect(try log().starts(with: whole))
  }

  @Test("a log that is ahead of the store is not written to")
  func logAhead() throws {
    try deliverOne()
    try projector.projectOnce()
    let other = try TemporaryFolder()
    let fresh = try FieldStore.open(dataDirectory: other.url, clock: clock.wall)
    try FileManager.default.copyItem(at: file, to: other.url.appending(path: "ops_log.jsonl"))
    let last = try #require(try room.seqs().last)
    #expect(throws: OperationsError.logAheadOfStore(logSeq: last, storeSeq: 0)) {
      try Projector(store: fresh).projectOnce()
    }
  }

  @Test("a cancelled run has projected everything")
  func cancelledRun() async throws {
    try deliverOne()
    let projector = projector
    let run = Task { try await projector.run() }
    run.cancel()
    try await run.value
    #expect(OpsLogReader.read(try log()).entries.count == 2)
  }
}
