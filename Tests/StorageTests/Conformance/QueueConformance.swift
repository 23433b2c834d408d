import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// What every store of jobs must do. See ``ConformingStore`` for how to add one.
@Suite("Conformance of a store of jobs") struct QueueConformance {
  /// What workers report, and what their silence means.
  @Suite("outcomes") struct Outcomes {
    private let clock = ManualClock()

    @Test("an expired lease is claimable, one that runs is not", arguments: StoreKind.allCases)
    func expiredLease(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let job = try store.add("a")
      _ = try store.claim("w1")
      clock.advance(59.999)
      #expect(try store.claim("w2") == nil)
      clock.advance(0.001)
      let again = try #require(try store.claim("w2"))
      #expect(again.attempts == 2 && again.leaseOwner == "w2")
      let attempts = try store.attempts(of: job.id)
      #expect(attempts.map(\.outcome) == [.lapsed, nil])
      #expect(attempts[0].error == "the worker stopped without an answer on attempt 1 of 3")
      #expect(attempts[0].endedAt == clock.now)
    }

    @Test("a heartbeat keeps the lease, and says so when it is lost", arguments: StoreKind.allCases)
    func heartbeat(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let first = try #require(try store.claim("w1"))
      let events = try store.eventKinds()
      clock.advance(50)
      #expect(try store.heartbeat(first, owner: "w1", lease: .seconds(60)) == .held)
      #expect(try store.eventKinds() == events)
      clock.advance(50)
      #expect(try store.claim("w2") == nil)
      clock.advance(10)
      #expect(try store.claim("w2") != nil)
      #expect(try store.heartbeat(first, owner: "w1", lease: .seconds(60)) == .lost)
    }

    @Test("a completed job has its result, its attempt and its event", arguments: StoreKind.allCases)
    func completes(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let job = try #require(try store.claim("w"))
      clock.advance(3)
      let done = try store.complete(job, owner: "w")
      #expect(done.state == .completed && done.completedAt == clock.now && done.leaseOwner == nil)
      #expect(try store.transcripts(of: job) == 1)
      #expect(
        try store.attempts(of: job.id) == [
          JobAttempt(
            number: 1, worker: "w", startedAt: clock.now - 3, endedAt: clock.now, outcome: .completed, error: nil)
        ])
      #expect(try store.eventKinds().last == "job.completed")
      #expect(try store.claim("w") == nil)
    }

    @Test("what a worker reports after it lost its claim changes nothing", arguments: StoreKind.allCases, 0..<4)
    func fenced(kind: StoreKind, report: Int) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let first = try #require(try store.claim("w1"))
      clock.advance(60)
      // The second claim is the same worker's where the report's number is odd: its name is no proof.
      let owner = report % 2 == 0 ? "w2" : "w1"
      let second = try #require(try store.claim(owner))
      let events = try store.eventKinds()
      #expect(throws: StorageError.leaseLost(id: first.id.rawValue)) {
        switch report {
        case 0, 1: _ = try store.complete(first, owner: "w1")
        case 2: _ = try store.fail(first, owner: "w1", error: "late", permanent: true)
        default: _ = try store.release(first, owner: "w1")
        }
      }
      #expect(try store.find(first.id) == second)
      #expect(try store.transcripts(of: first) == 0)
      #expect(try store.eventKinds() == events)
      #expect(try store.complete(second, owner: owner).state == .completed)
    }

    @Test("a claim that was given back and taken again fences the first", arguments: StoreKind.allCases)
    func fencedAfterRelease(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let first = try #require(try store.claim("w"))
      _ = try store.release(first, owner: "w")
      let second = try #require(try store.claim("w"))
      #expect(second.attempts == first.attempts && second.claims > first.claims)
      #expect(throws: StorageError.leaseLost(id: first.id.rawValue)) { try store.complete(first, owner: "w") }
      #expect(try store.complete(second, owner: "w").state == .completed)
    }

    @Test("a job completed twice leaves one result", arguments: StoreKind.allCases)
    func completedTwice(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let job = try #require(try store.claim("w"))
      _ = try store.complete(job, owner: "w")
      #expect(throws: StorageError.leaseLost(id: job.id.rawValue)) { try store.complete(job, owner: "w") }
      #expect(try store.transcripts(of: job) == 1)
    }

    @Test("a released job loses no attempt, is claimable at once, and keeps its history", arguments: StoreKind.allCases)
    func release(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let job = try #require(try store.claim("w1"))
      let released = try store.release(job, owner: "w1")
      #expect(released.state == .available && released.attempts == 0)
      #expect(try store.claim("w2")?.attempts == 1)
      #expect(try store.attempts(of: job.id).map(\.outcome) == [.released, nil])
    }

    @Test("a failed attempt is retried after the policy's delay, not before", arguments: StoreKind.allCases)
    func failureIsRetried(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let job = try #require(try store.claim("w"))
      let failed = try store.fail(job, owner: "w", error: "decoder")
      #expect(failed.state == .retryable && failed.lastError == "decoder" && failed.runAt == clock.now + 5)
      clock.advance(4.999)
      #expect(try store.claim("w") == nil)
      clock.advance(0.001)
      #expect(try store.claim("w")?.attempts == 2)
      #expect(try store.eventKinds().suffix(2) == ["job.retryable", "job.running"])
    }

    @Test("a poison job ends dead with the error of every attempt", arguments: StoreKind.allCases)
    func poison(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let id = try store.add("a").id
      _ = try store.fail(try #require(try store.claim("w1")), owner: "w1", error: "first")
      clock.advance(5)
      _ = try store.claim("w2")
      clock.advance(60)
      let third = try #require(try store.claim("w3"))
      #expect(try store.fail(third, owner: "w3", error: "third").state == .dead)
      clock.advance(86_400)
      #expect(try store.claim("w4") == nil)
      let lapsed = "the worker stopped without an answer on attempt 2 of 3"
      let attempts = try store.attempts(of: id)
      #expect(attempts.map(\.error) == ["first", lapsed, "third"])
      #expect(attempts.map(\.worker) == ["w1", "w2", "w3"])
      #expect(attempts.map(\.outcome) == [.failed, .lapsed, .failed])
      #expect(try store.depth() == 0)
    }

    @Test("a job whose last attempt ends without a word is dead, with an explanation", arguments: StoreKind.allCases)
    func exhaustion(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let id = try store.add("a", maxAttempts: 2).id
      for _ in 0..<2 {
        #expect(try store.claim("w") != nil)
        clock.advance(60)
      }
      #expect(try store.claim("w") == nil)
      let dead = try #require(try store.find(id))
      #expect(dead.state == .dead)
      #expect(dead.lastError == "the worker stopped without an answer on attempt 2 of 2")
      #expect(try store.eventKinds().last == "job.dead")
    }

    @Test("a clock that is put back by a day strands no waiting job", arguments: StoreKind.allCases)
    func delayAfterClockJump(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let waiting = try store.add("a")
      clock.advance(-86_400)
      #expect(try store.claim("w")?.id == waiting.id)
    }

    @Test("a clock that is put back by a day strands no running job", arguments: StoreKind.allCases)
    func leaseAfterClockJump(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let job = try store.add("a")
      _ = try store.claim("w1")
      clock.advance(-86_400)
      let again = try #require(try store.claim("w2"))
      #expect(again.id == job.id && again.attempts == 2)
    }

    @Test("a clock that is put back by a second takes no job from its worker", arguments: StoreKind.allCases)
    func smallClockJump(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let job = try #require(try store.claim("w1"))
      clock.advance(-1)
      #expect(try store.claim("w2") == nil)
      #expect(try store.heartbeat(job, owner: "w1", lease: .seconds(60)) == .held)
    }
  }
}
