import Domain
import Foundation
import TestSupport
import Testing

extension QueueConformance {
  /// Who gets which job, when.
  @Suite("claims") struct Claims {
    private let clock = ManualClock()

    @Test("an available job is claimed once, costs an attempt and runs under the lease", arguments: StoreKind.allCases)
    func claimsOnce(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let job = try store.add("a")
      let claimed = try #require(try store.claim("w1"))
      #expect(claimed.id == job.id && claimed.state == .running)
      #expect(claimed.attempts == 1 && claimed.claims == 1)
      #expect(claimed.leaseOwner == "w1" && claimed.leaseExpiresAt == clock.now + 60)
      #expect(try store.claim("w2") == nil)
      #expect(try store.find(job.id) == claimed)
      #expect(try store.eventKinds() == ["clip.stored", "job.available", "job.running"])
    }

    @Test("jobs are claimed in the order in which they fell due", arguments: StoreKind.allCases)
    func inOrder(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let ids = try "abc".map { digit in
        clock.advance(1)
        return try store.add(digit).id
      }
      #expect(try store.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60), limit: 10).map(\.id) == ids)
    }

    @Test("a higher priority goes first, whatever fell due before", arguments: StoreKind.allCases)
    func priorities(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let ids = try "abcd".map { digit in
        clock.advance(1)
        return try store.add(digit).id
      }
      _ = try store.prioritise(ids[3], 5).get()
      _ = try store.prioritise(ids[2], 5).get()
      _ = try store.prioritise(ids[0], -1).get()
      let order = try (0..<4).map { _ in try #require(try store.claim("w")).id }
      #expect(order == [ids[2], ids[3], ids[1], ids[0]])
    }

    @Test("a job that waits for its time does not hold up one of lower priority", arguments: StoreKind.allCases)
    func waitingPriority(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let urgent = try store.add("a")
      let claimed = try #require(try store.claim("w"))
      _ = try store.fail(claimed, owner: "w", error: "no")
      _ = try store.prioritise(urgent.id, 100).get()
      let usual = try store.add("b")
      #expect(try store.claim("w")?.id == usual.id)
      #expect(try store.claim("w") == nil)
      clock.advance(5)
      #expect(try store.claim("w")?.id == urgent.id)
    }

    @Test(
      "several jobs are claimed at a time, each with its own attempt, never more than asked for",
      arguments: StoreKind.allCases)
    func several(kind: StoreKind) throws {
      let store = try kind.make(clock)
      for digit in "abc" { _ = try store.add(digit) }
      let first = try store.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60), limit: 2)
      let rest = try store.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60), limit: 2)
      #expect(first.count == 2 && rest.count == 1)
      #expect(Set((first + rest).map(\.id)).count == 3)
      for job in first + rest { #expect(try store.attempts(of: job.id).map(\.worker) == ["w"]) }
      #expect(try store.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60), limit: 0).isEmpty)
    }

    @Test("a job of a kind that the worker does not know stays where it is", arguments: StoreKind.allCases)
    func otherKinds(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let job = try store.add("a")
      let newer = JobKind(rawValue: "polish.v9")
      #expect(try store.claim(kinds: [newer], owner: "w", lease: .seconds(1), limit: 1).isEmpty)
      #expect(try store.claim(kinds: [], owner: "w", lease: .seconds(1), limit: 1).isEmpty)
      #expect(try store.find(job.id) == job)
      #expect(try store.claim(kinds: [newer, .transcribe], owner: "w", lease: .seconds(1), limit: 1).count == 1)
    }

    @Test("two connections that race for jobs never claim one twice", arguments: StoreKind.allCases)
    func race(kind: StoreKind) async throws {
      let store = try kind.make(clock)
      for digit in "0123456789abcdef" { _ = try store.add(digit) }
      let stores: [any ConformingStore] = [store, try store.another()]
      let claimed = try await withThrowingTaskGroup(of: [ID<Job>].self) { group in
        for (index, store) in stores.enumerated() {
          group.addTask {
            var mine: [ID<Job>] = []
            while true {
              let jobs = try store.claim(
                kinds: [.transcribe], owner: "w\(index)", lease: .seconds(60), limit: index + 1)
              if jobs.isEmpty { return mine }
              mine += jobs.map(\.id)
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claimed.count == 16)
      #expect(Set(claimed).count == 16)
    }

    @Test(
      "a paused queue is not claimed from, running jobs finish, and a resumed one is", arguments: StoreKind.allCases)
    func pause(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      let running = try #require(try store.claim("w1"))
      _ = try store.add("b")
      #expect(try store.pause(.transcribe))
      #expect(try !store.pause(.transcribe))
      #expect(try store.paused() == [QueuePause(queue: .transcribe, since: clock.now, by: "tester")])
      #expect(try store.claim("w2") == nil)
      #expect(try store.heartbeat(running, owner: "w1", lease: .seconds(60)) == .held)
      #expect(try store.complete(running, owner: "w1").state == .completed)
      #expect(try store.claim("w2") == nil)
      #expect(try store.resume(.transcribe))
      #expect(try !store.resume(.transcribe))
      #expect(try store.claim("w2") != nil)
      #expect(try store.eventKinds().filter { $0.hasPrefix("queue.") } == ["queue.paused", "queue.resumed"])
    }

    @Test("pausing delivery leaves transcription alone", arguments: StoreKind.allCases)
    func otherQueuePaused(kind: StoreKind) throws {
      let store = try kind.make(clock)
      _ = try store.add("a")
      #expect(try store.pause(.delivery))
      #expect(try store.claim("w") != nil)
    }

    @Test("a lease that ends while the queue is paused is written down all the same", arguments: StoreKind.allCases)
    func lapsesWhilePaused(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let job = try store.add("a")
      _ = try store.claim("w")
      _ = try store.pause(.transcribe)
      clock.advance(60)
      #expect(try store.claim("w") == nil)
      #expect(try store.find(job.id)?.state == .retryable)
    }

    @Test("a clock that is put back strands no waiting job", arguments: StoreKind.allCases)
    func clockPutBack(kind: StoreKind) throws {
      let store = try kind.make(clock)
      let waiting = try store.add("a")
      clock.advance(-3600)
      #expect(try store.claim("w")?.id == waiting.id)
    }

    @Test("depth and counts follow every transition", arguments: StoreKind.allCases)
    func counts(kind: StoreKind) throws {
      let store = try kind.make(clock)
      for digit in "abcd" { _ = try store.add(digit) }
      #expect(try store.depth() == 4)
      #expect(try store.counts() == [.available: 4])
      let jobs = try store.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60), limit: 3)
      #expect(try store.counts() == [.available: 1, .running: 3])
      _ = try store.complete(jobs[0], owner: "w")
      _ = try store.fail(jobs[1], owner: "w", error: "no", permanent: true)
      _ = try store.cancel(jobs[2].id).get()
      #expect(try store.depth() == 1)
      #expect(try store.counts() == [.available: 1, .completed: 1, .dead: 1, .cancelled: 1])
    }
  }
}
