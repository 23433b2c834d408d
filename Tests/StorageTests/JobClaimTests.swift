import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("Claiming jobs")
struct JobClaimTests {
  @Test("an available job is claimed once, costs an attempt and runs under the lease")
  func claimsOnce() throws {
    let fixture = try StoreFixture()
    let (_, job) = try fixture.addClip()
    let claimed = try #require(try fixture.claim("w1"))
    #expect(claimed.id == job.id)
    #expect(claimed.state == .running)
    #expect(claimed.attempts == 1)
    #expect(claimed.leaseOwner == "w1")
    #expect(claimed.leaseExpiresAt == fixture.clock.now.addingTimeInterval(60))
    #expect(try fixture.claim("w2") == nil)
    #expect(try fixture.eventKinds() == ["clip.stored", "job.available", "job.running"])
  }

  @Test("jobs are claimed in the order in which they fell due")
  func inOrder() throws {
    let fixture = try StoreFixture()
    let first = try fixture.addClip(digit: "a").job
    fixture.clock.advance(1)
    let second = try fixture.addClip(digit: "b").job
    #expect(try fixture.claim("w")?.id == first.id)
    #expect(try fixture.claim("w")?.id == second.id)
    #expect(try fixture.claim("w") == nil)
  }

  @Test("a job of a kind that the worker does not know stays where it is")
  func otherKinds() throws {
    let fixture = try StoreFixture()
    try fixture.addClip()
    let kind = JobKind(rawValue: "polish.v1")
    #expect(try fixture.store.jobs.claim(kinds: [kind], owner: "w", lease: .seconds(60)) == nil)
    #expect(try fixture.store.jobs.claim(kinds: [kind, .transcribe], owner: "w", lease: .seconds(60)) != nil)
    #expect(try fixture.store.jobs.claim(kinds: [], owner: "w", lease: .seconds(60)) == nil)
  }

  @Test("an expired lease is claimable, one that runs is not")
  func expiredLease() throws {
    let fixture = try StoreFixture()
    try fixture.addClip()
    _ = try fixture.claim("w1")
    fixture.clock.advance(59.999)
    #expect(try fixture.claim("w2") == nil)
    fixture.clock.advance(0.001)
    let again = try #require(try fixture.claim("w2"))
    #expect(again.attempts == 2)
    #expect(again.leaseOwner == "w2")
  }

  @Test("a heartbeat keeps the lease, and says so when it is lost")
  func heartbeat() throws {
    let fixture = try StoreFixture()
    try fixture.addClip()
    let first = try #require(try fixture.claim("w1"))
    fixture.clock.advance(50)
    #expect(try fixture.store.jobs.heartbeat(first, owner: "w1", lease: .seconds(60)) == .held)
    fixture.clock.advance(50)
    #expect(try fixture.claim("w2") == nil)
    fixture.clock.advance(10)
    #expect(try fixture.claim("w2") != nil)
    #expect(try fixture.store.jobs.heartbeat(first, owner: "w1", lease: .seconds(60)) == .lost)
  }

  @Test("a job whose last attempt ends without a word is dead, with an explanation and an event")
  func exhaustion() throws {
    let fixture = try StoreFixture()
    let (_, job) = try fixture.addClip(maxAttempts: 2)
    for _ in 0..<2 {
      #expect(try fixture.claim("w") != nil)
      fixture.clock.advance(60)
    }
    #expect(try fixture.claim("w") == nil)
    let dead = try #require(try fixture.store.jobs.deadJobs().first)
    #expect(dead.id == job.id)
    #expect(dead.lastError == "the worker stopped without an answer on attempt 2 of 2")
    #expect(try fixture.eventKinds().last == "job.dead")
    #expect(try fixture.store.jobs.depth() == 0)
  }

  @Test("two connections that race for jobs never claim one twice")
  func race() async throws {
    let fixture = try StoreFixture()
    for digit in "0123456789abcdef" { try fixture.addClip(digit: digit) }
    let stores = try [fixture.store, fixture.another()]
    let claimed = try await withThrowingTaskGroup(of: [ID<Job>].self) { group in
      for (index, store) in stores.enumerated() {
        group.addTask {
          var mine: [ID<Job>] = []
          while let job = try store.jobs.claim(kinds: [.transcribe], owner: "w\(index)", lease: .seconds(60)) {
            mine.append(job.id)
          }
          return mine
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claimed.count == 16)
    #expect(Set(claimed).count == 16)
  }

  @Test("depth and pending count what still has to be done")
  func depth() throws {
    let fixture = try StoreFixture()
    let first = try fixture.addClip(digit: "a").job
    try fixture.addClip(digit: "b")
    #expect(try fixture.store.jobs.depth() == 2)
    let job = try #require(try fixture.claim("w"))
    #expect(job.id == first.id)
    try fixture.store.jobs.fail(job, owner: "w", error: "no", permanent: true)
    #expect(try fixture.store.jobs.depth() == 1)
    #expect(try fixture.store.jobs.pending(kinds: [.transcribe]).count == 1)
    #expect(try fixture.store.jobs.pending(kinds: []).isEmpty)
  }
}
