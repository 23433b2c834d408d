import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

/// What is the SQLite store's own; what every store must do is in `Conformance/`.
@Suite("Ending jobs")
struct JobOutcomeTests {
  private let fixture: StoreFixture
  private let clip: Clip
  private let job: Job

  init() throws {
    fixture = try StoreFixture()
    clip = try fixture.addClip().clip
    job = try #require(try fixture.claim("w1"))
  }

  @Test("completing stores transcript, state and event together")
  func completes() throws {
    let transcript = Fixture.transcript(of: clip, at: fixture.clock.now)
    let done = try fixture.store.jobs.complete(job, owner: "w1", transcript: transcript)
    #expect(done.state == .completed)
    #expect(try fixture.store.transcripts.find(clip.id) == transcript)
    #expect(try fixture.eventKinds().last == "job.completed")
    #expect(try fixture.store.transcripts.withoutNote() == [transcript])
  }

  @Test("a transcript that breaks a rule leaves the job running, its attempt open and no event")
  func illegalTranscript() throws {
    let other = Fixture.clip(digit: "f", at: fixture.clock.now)
    #expect(throws: StorageError.self) {
      try fixture.store.jobs.complete(
        job, owner: "w1", transcript: Fixture.transcript(of: other, at: fixture.clock.now))
    }
    #expect(try fixture.store.jobs.find(job.id) == job)
    #expect(try fixture.store.jobs.attempts(of: job.id).map(\.outcome) == [nil])
    #expect(try fixture.store.jobs.counts() == [.running: 1])
    #expect(try fixture.eventKinds().last == "job.running")
  }

  @Test("the events of what people do name the person")
  func people() throws {
    _ = try fixture.store.jobs.cancel(job.id, by: "kim").get()
    _ = try fixture.store.jobs.replay(job.id, by: "kim").get()
    _ = try fixture.store.jobs.prioritise(job.id, 3, by: "kim").get()
    try fixture.store.queues.pause(.transcribe, by: "kim")
    let events = try fixture.store.events.after(0, limit: 100).suffix(4)
    #expect(events.map(\.kind) == ["job.cancelled", "job.available", "job.prioritised", "queue.paused"])
    #expect(events.allSatisfy { $0.json.contains(#""by":"kim""#) })
  }
}

@Suite("Jobs that were given up")
struct JobReviveTests {
  private let fixture: StoreFixture
  private let clip: Clip
  private let job: Job

  init() throws {
    fixture = try StoreFixture()
    (clip, job) = try fixture.addClip()
  }

  @Test("come back with all their attempts when the recording is taken in again, once", arguments: [true, false])
  func revive(isCancelled: Bool) throws {
    let claimed = try #require(try fixture.claim("w"))
    if isCancelled {
      _ = try fixture.store.jobs.cancel(job.id, by: "tester").get()
    } else {
      try fixture.store.jobs.fail(claimed, owner: "w", error: "no audio", permanent: true)
    }
    #expect(try fixture.store.jobs.revive(clipID: clip.id))
    let revived = try #require(try fixture.store.jobs.find(job.id))
    #expect(revived.state == .available && revived.attempts == 0 && revived.lastError == nil)
    #expect(try !fixture.store.jobs.revive(clipID: clip.id))
  }

  @Test("stay so while another job for the same clip is pending")
  func twin() throws {
    let claimed = try #require(try fixture.claim("w"))
    try fixture.store.jobs.fail(claimed, owner: "w", error: "no audio", permanent: true)
    let queue = try DatabaseQueue(path: fixture.folder.url.appending(path: "fieldos.sqlite").path)
    try queue.write { db in
      try db.execute(
        sql: """
          INSERT INTO jobs (id, owner_id, clip_id, kind, state, max_attempts, run_at, created_at, updated_at)
          SELECT 'twin', owner_id, clip_id, kind, 'available', 3, run_at, created_at + 1, updated_at FROM jobs
          """)
    }
    try queue.close()
    #expect(try fixture.store.jobs.replay(job.id, by: "tester") == .failure(.twinPending(ID("twin"))))
    let tally = try fixture.store.jobs.replayDead(by: "tester")
    #expect(tally.replayed == 0 && tally.withPendingTwin == 1)
    #expect(try fixture.store.jobs.find(job.id)?.state == .dead)
    #expect(try !fixture.store.jobs.revive(clipID: clip.id))
  }
}
