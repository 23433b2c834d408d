import Domain
import Foundation
import Storage
import TestSupport
import Testing

extension QueueConformance {
  /// What people do to jobs.
  @Suite("people") struct People {
    private let clock = ManualClock()

    private func dead(_ store: any ConformingStore, _ digit: Character) throws -> Job {
      _ = try store.add(digit)
      let job = try #require(try store.claim("w"))
      return try store.fail(job, owner: "w", error: "no audio", permanent: true)
    }

    @Test("a cancelled job is not claimed, whether it waited or waited for another try", arguments: StoreKind.allCases)
    func cancelsWaiting(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let retryable = try store.add("a").id
      _ = try store.fail(try #require(try store.claim("w")), owner: "w", error: "no")
      let available = try store.add("b").id
      for id in [retryable, available] { #expect(try store.cancel(id).get().state == .cancelled) }
      clock.advance(3_600)
      #expect(try store.claim("w") == nil)
      #expect(try store.depth() == 0)
      #expect(try store.eventKinds().last == "job.cancelled")
    }

    @Test("the worker of a cancelled job learns so by its heartbeat, and can't write", arguments: StoreKind.allCases)
    func cancelsRunning(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let job = try #require(try store.claim("w"))
      #expect(try store.cancel(job.id).get().leaseOwner == nil)
      #expect(try store.heartbeat(job, owner: "w", lease: .seconds(60)) == .cancelled)
      #expect(throws: StorageError.leaseLost(id: job.id.rawValue)) { try store.complete(job, owner: "w") }
      #expect(try store.transcripts(of: job) == 0)
      #expect(try store.attempts(of: job.id).map(\.outcome) == [.cancelled])
    }

    @Test(
      "a job that was cancelled and started again is lost to its worker, not cancelled", arguments: StoreKind.allCases)
    func replayedAfterCancel(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let job = try #require(try store.claim("w"))
      _ = try store.cancel(job.id).get()
      _ = try store.replay(job.id).get()
      #expect(try store.heartbeat(job, owner: "w", lease: .seconds(60)) == .lost)
      #expect(try store.claim("w")?.claims == 2)
    }

    @Test(
      "a replayed job has all its attempts again and keeps the history of the old ones", arguments: StoreKind.allCases)
    func replay(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let job = try dead(store, "a")
      clock.advance(100)
      let replayed = try store.replay(job.id).get()
      #expect(replayed.state == .available && replayed.attempts == 0 && replayed.lastError == nil)
      #expect(replayed.runAt == clock.now)
      let claimed = try #require(try store.claim("w2"))
      #expect(claimed.attempts == 1 && claimed.claims == 2)
      _ = try store.complete(claimed, owner: "w2")
      let attempts = try store.attempts(of: job.id)
      #expect(attempts.map(\.number) == [1, 2])
      #expect(attempts.map(\.outcome) == [.failed, .completed])
    }

    @Test("all dead jobs are replayed, cancelled ones are not", arguments: StoreKind.allCases)
    func replayDead(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let jobs = try "ab".map { try dead(store, $0) }
      let cancelled = try store.add("c").id
      _ = try store.cancel(cancelled).get()
      #expect(try store.replayDead().replayed == 2)
      for job in jobs { #expect(try store.find(job.id)?.state == .available) }
      #expect(try store.find(cancelled)?.state == .cancelled)
      #expect(try store.replayDead().replayed == 0)
    }

    @Test("what the state forbids is refused with the reason, and writes nothing", arguments: StoreKind.allCases)
    func refusals(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let done = try store.complete(try #require(try store.claim("w")), owner: "w")
      let dead = try dead(store, "b")
      let waiting = try store.add("c")
      let events = try store.eventKinds()
      #expect(try store.cancel(done.id) == .failure(.ended(.completed)))
      #expect(try store.cancel(dead.id) == .failure(.ended(.dead)))
      #expect(try store.replay(done.id) == .failure(.ended(.completed)))
      #expect(try store.replay(waiting.id) == .failure(.pending(.available)))
      #expect(try store.prioritise(dead.id, 1) == .failure(.ended(.dead)))
      #expect(try store.prioritise(waiting.id, 101) == .failure(.priorityOutOfRange))
      #expect(try store.cancel(ID("nobody")) == .failure(.unknown))
      #expect(try store.eventKinds() == events)
    }

    @Test("a recording that is here already gets no second job", arguments: StoreKind.allCases)
    func uniqueness(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      #expect(throws: (any Error).self) { try store.add("a") }
      #expect(try store.depth() == 1)
    }
  }
}
