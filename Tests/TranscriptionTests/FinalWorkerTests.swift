import Domain
import Foundation
import Storage
import TestSupport
import Testing
import Transcription

@Suite("The worker")
struct FinalWorkerTests {
  private let folder: TemporaryFolder
  private let store: FieldStore
  private let clock = ManualClock()

  init() throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
  }

  /// Runs a closure in place of an engine.
  private struct ScriptedRecogniser: Recogniser {
    let engine = "scripted"
    let model = "none"
    let computeType = "none"
    let body: @Sendable ((Double) throws -> Void) throws -> Recognition
    func recognise(_ file: URL, progress: (Double) throws -> Void) throws -> Recognition { try body(progress) }
  }

  private struct Failure: Error {}

  @discardableResult
  private func addClip() throws -> (Clip, Job) {
    let clip = Fixture.clip(at: clock.now)
    guard case .stored(let stored, let job) = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 2)
    else { throw Failure() }
    return (stored, job)
  }

  private func worker(
    _ recogniser: any Recogniser, isPermanent: Bool = false, heartbeat: Duration = .seconds(60),
    _ report: @escaping @Sendable (WorkerEvent) -> Void = { _ in }
  ) -> FinalWorker {
    var configuration = WorkerConfiguration(owner: "worker-1")
    configuration.heartbeat = heartbeat
    return FinalWorker(
      store: store, recogniser: recogniser, configuration: configuration, clock: clock.wall,
      judge: { _ in JobFailure(reason: "why", isPermanent: isPermanent) }, report: report)
  }

  @Test("in mock mode gives exactly the fixed transcript") func mock() async throws {
    let (clip, job) = try addClip()
    let tally = try await worker(MockRecogniser()).run(stopWhenIdle: true)
    let heard = try #require(try store.transcripts.find(clip.id))
    #expect(heard.text == "QA transcript: mock worker output." && heard.confidence == 0.99)
    #expect(tally.completed == 1 && tally.failed == 0)
    #expect(try store.jobs.find(job.id)?.state == .completed)
  }

  @Test("an error that can't be cured makes the job dead at once, with its reason") func permanent() async throws {
    let (_, job) = try addClip()
    let tally = try await worker(ScriptedRecogniser { _ in throw Failure() }, isPermanent: true).run(stopWhenIdle: true)
    let dead = try #require(try store.jobs.find(job.id))
    #expect(dead.state == .dead && dead.lastError == "why" && dead.attempts == 1)
    #expect(tally.failed == 1)
  }

  @Test("a worker that is stopped gives its job back, without waiting for the engine") func stopped() async throws {
    let (_, job) = try addClip()
    let (claims, send) = AsyncStream<Void>.makeStream()
    let gate = DispatchSemaphore(value: 0)
    let worker = worker(
      ScriptedRecogniser { _ in
        send.yield()
        gate.wait()
        throw Failure()
      })
    let run = Task { try await worker.run(stopWhenIdle: false) }
    for await _ in claims { break }
    run.cancel()
    _ = try await run.value
    let given = try #require(try store.jobs.find(job.id))
    #expect(given.state == .available && given.attempts == 0)
    gate.signal()
  }

  @Test("a worker whose lease was taken writes nothing") func leaseLost() async throws {
    let (clip, job) = try addClip()
    let rival = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
    let clock = clock
    let (events, send) = AsyncStream<WorkerEvent>.makeStream()
    let worker = worker(
      ScriptedRecogniser { _ in
        clock.advance(11)
        _ = try rival.jobs.claim(kinds: [.transcribe], owner: "worker-2", lease: .seconds(10))
        return Recognition(text: "late", segmentsJSON: "[]", language: "en", confidence: 1, audioSeconds: 1)
      }
    ) { send.yield($0) }
    let run = Task { try await worker.run(stopWhenIdle: false) }
    for await event in events {
      if case .leaseLost = event { break }
    }
    run.cancel()
    _ = try await run.value
    #expect(try store.transcripts.find(clip.id) == nil)
    #expect(try store.jobs.find(job.id)?.leaseOwner == "worker-2")
  }
}
