import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

/// What is the SQLite store's own; what every store must do is in `Conformance/`.
@Suite("Claiming jobs")
struct JobClaimTests {
  private let fixture: StoreFixture

  init() throws {
    fixture = try StoreFixture()
  }

  private func sql(_ statement: String) throws {
    let queue = try DatabaseQueue(path: fixture.folder.url.appending(path: "fieldos.sqlite").path)
    try queue.write { try $0.execute(sql: statement) }
    try queue.close()
  }

  @Test("pending lists what runs first, then the order of claims, of the kinds that are asked for")
  func pending() throws {
    for digit in "abc" { try fixture.addClip(digit: digit) }
    let running = try #require(try fixture.claim("w"))
    let jobs = try fixture.store.jobs.pending(kinds: [.transcribe])
    _ = try fixture.store.jobs.prioritise(jobs[2].id, 1, by: "tester").get()
    let ids = [running.id, jobs[2].id, jobs[1].id]
    #expect(try fixture.store.jobs.pending(kinds: [.transcribe]).map(\.id) == ids)
    #expect(try fixture.store.jobs.pending(limit: 2).map(\.id) == Array(ids.prefix(2)))
    #expect(try fixture.store.jobs.pending(kinds: []).isEmpty)
  }

  @Test("a job is found by the start of its identifier, and nothing is found by a pattern")
  func prefixes() throws {
    let job = try fixture.addClip().job
    let prefix = String(job.id.rawValue.prefix(6))
    #expect(try fixture.store.jobs.find(prefix: prefix) == [job])
    #expect(try fixture.store.jobs.find(prefix: job.id.rawValue) == [job])
    for pattern in ["%", "______", "zzzzzz", "'; DROP TABLE jobs; --"] {
      #expect(try fixture.store.jobs.find(prefix: pattern).isEmpty)
    }
  }

  @Test("a newer release's job is kept and listed, never claimed, buried or waited for")
  func unknownKind() throws {
    let job = try fixture.addClip().job
    try sql("UPDATE jobs SET kind = 'transcribe.v9'")
    #expect(try fixture.store.jobs.claim(kinds: JobKind.known, owner: "w", lease: .seconds(60)) == nil)
    #expect(try fixture.store.jobs.pending(limit: 10).map(\.kind.isKnown) == [false])
    #expect(try fixture.store.jobs.depth() == 0)
    #expect(try fixture.store.jobs.isIdle(kinds: JobKind.known))
    #expect(try fixture.store.jobs.counts() == [.available: 1])
    // Its worker died: that is for the newer release to see to.
    try sql(
      """
      UPDATE jobs SET state = 'running', attempts = max_attempts, claims = max_attempts, lease_owner = 'newer',
        lease_expires_at = 1
      """)
    #expect(try fixture.store.jobs.claim(kinds: JobKind.known, owner: "w", lease: .seconds(60)) == nil)
    #expect(try fixture.store.jobs.find(job.id)?.state == .running)
  }

  @Test("a worker has nothing to wait for when its queue is empty or paused")
  func idle() throws {
    let jobs = fixture.store.jobs
    #expect(try jobs.isIdle(kinds: [.transcribe]))
    try fixture.addClip()
    #expect(try !jobs.isIdle(kinds: [.transcribe]))
    try fixture.store.queues.pause(.transcribe, by: "tester")
    #expect(try jobs.isIdle(kinds: [.transcribe]))
  }

  @Test("a paused delivery queue claims nothing and has nothing due")
  func pausedDelivery() throws {
    let entry = try fixture.addNote()
    try fixture.store.queues.pause(.delivery, by: "tester")
    #expect(try fixture.store.outbox.claimDue(owner: "d", lease: .seconds(35)) == nil)
    #expect(try fixture.store.outbox.nextDueAt() == nil)
    try fixture.store.queues.resume(.delivery, by: "tester")
    #expect(try fixture.store.outbox.claimDue(owner: "d", lease: .seconds(35))?.id == entry.id)
  }

  @Test("an attempt that a release without history left open does not stop the next claim")
  func attemptLeftOpen() throws {
    let job = try fixture.addClip().job
    _ = try fixture.claim("w")
    try sql("UPDATE jobs SET state = 'available', lease_owner = NULL, lease_expires_at = NULL")
    #expect(try fixture.claim("w") != nil)
    #expect(try fixture.store.jobs.attempts(of: job.id).map(\.outcome) == [.lapsed, nil])
  }
}
