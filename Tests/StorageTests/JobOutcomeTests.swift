import Domain
import Foundation
import Storage
import TestSupport
import Testing

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

  private var transcript: Transcript { Fixture.transcript(of: clip, at: fixture.clock.now) }

  @Test("completing stores transcript, state and event together")
  func completes() throws {
    let transcript = transcript
    let done = try fixture.store.jobs.complete(job, owner: "w1", transcript: transcript)
    #expect(done.state == .completed)
    #expect(done.completedAt == fixture.clock.now)
    #expect(try fixture.store.transcripts.find(clip.id) == transcript)
    #expect(try fixture.eventKinds().last == "job.completed")
    #expect(try fixture.store.transcripts.withoutNote() == [transcript])
  }

  @Test("completing after the lease went to another worker writes nothing")
  func completeAfterLostLease() throws {
    fixture.clock.advance(60)
    let second = try #require(try fixture.claim("w2"))
    let events = try fixture.eventKinds()
    #expect(throws: StorageError.leaseLost(id: job.id.rawValue)) {
      try fixture.store.jobs.complete(job, owner: "w1", transcript: transcript)
    }
    #expect(try fixture.store.transcripts.find(clip.id) == nil)
    #expect(try fixture.store.jobs.find(job.id) == second)
    #expect(try fixture.eventKinds() == events)
  }

  @Test("an older claim by the same worker is fenced too")
  func olderClaimOfSameWorker() throws {
    fixture.clock.advance(60)
    let second = try #require(try fixture.claim("w1"))
    #expect(throws: StorageError.leaseLost(id: job.id.rawValue)) {
      try fixture.store.jobs.complete(job, owner: "w1", transcript: transcript)
    }
    try fixture.store.jobs.complete(second, owner: "w1", transcript: transcript)
    #expect(try fixture.store.transcripts.find(clip.id) != nil)
  }

  @Test("a job completed twice leaves one transcript")
  func completedTwice() throws {
    let first = transcript
    try fixture.store.jobs.complete(job, owner: "w1", transcript: first)
    #expect(throws: StorageError.leaseLost(id: job.id.rawValue)) {
      try fixture.store.jobs.complete(job, owner: "w1", transcript: transcript)
    }
    #expect(try fixture.store.transcripts.find(clip.id) == first)
  }

  @Test("a transcript that breaks a rule leaves the job running")
  func illegalTranscript() throws {
    let clip = Fixture.clip(digit: "f", at: fixture.clock.now)
    #expect(throws: StorageError.self) {
      try fixture.store.jobs.complete(
        job, owner: "w1", transcript: Fixture.transcript(of: clip, at: fixture.clock.now))
    }
    #expect(try fixture.store.jobs.find(job.id)?.state == .running)
    #expect(try fixture.eventKinds().last == "job.running")
  }

  @Test("a failed attempt is retried after the policy's delay, not before")
  func failureIsRetried() throws {
    let failed = try fixture.store.jobs.fail(job, owner: "w1", error: "decoder", permanent: false, jitter: 0)
    #expect(failed.state == .retryable)
    #expect(failed.lastError == "decoder")
    #expect(failed.runAt == fixture.clock.now.addingTimeInterval(5))
    fixture.clock.advance(4.999)
    #expect(try fixture.claim("w1") == nil)
    fixture.clock.advance(0.001)
    #expect(try fixture.claim("w1")?.attempts == 2)
    #expect(try fixture.eventKinds().suffix(2) == ["job.retryable", "job.running"])
  }

  @Test("a permanent failure is dead at once")
  func permanentFailure() throws {
    let failed = try fixture.store.jobs.fail(job, owner: "w1", error: "not audio", permanent: true)
    #expect(failed.state == .dead)
    #expect(try fixture.store.jobs.deadJobs() == [failed])
  }

  @Test("failing after the lease was lost writes nothing")
  func failAfterLostLease() throws {
    fixture.clock.advance(60)
    let second = try #require(try fixture.claim("w2"))
    #expect(throws: StorageError.leaseLost(id: job.id.rawValue)) {
      try fixture.store.jobs.fail(job, owner: "w1", error: "late", permanent: true)
    }
    #expect(try fixture.store.jobs.find(job.id) == second)
  }

  @Test("a released job does not lose an attempt and is claimable at once")
  func release() throws {
    let released = try fixture.store.jobs.release(job, owner: "w1")
    #expect(released.state == .available)
    #expect(released.attempts == 0)
    #expect(try fixture.claim("w2")?.attempts == 1)
  }
}
