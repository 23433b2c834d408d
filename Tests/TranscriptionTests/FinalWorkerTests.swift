import Domain
import Foundation
import Storage
import Synchronization
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

  /// Runs a closure in place of an engine, on one recording after the other.
  private struct ScriptedRecogniser: Recogniser {
    let engine = "scripted"
    let model = "none"
    let computeType = "none"
    let fingerprint = "scripted"
    /// Takes all that is there before it works on the first, as an engine with room does.
    var together = 1
    let body: @Sendable (RecognitionRequest, any RecognitionDesk) throws -> Recognition

    func recognise(_ desk: some RecognitionDesk) throws {
      while true {
        var batch: [RecognitionRequest] = []
        while batch.count < together, let request = try desk.next() { batch.append(request) }
        if batch.isEmpty { return }
        for request in batch { try desk.finished(request.id, Result { try body(request, desk) }) }
      }
    }
  }

  private struct Failure: Error {}

  @discardableResult
  private func addClip(_ digit: Character = "a") throws -> (Clip, Job) {
    let clip = Fixture.clip(digit: digit, at: clock.now)
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
    let broken = ScriptedRecogniser { _, _ in throw Failure() }
    let tally = try await worker(broken, isPermanent: true).run(stopWhenIdle: true)
    let dead = try #require(try store.jobs.find(job.id))
    #expect(dead.state == .dead && dead.lastError == "why" && dead.attempts == 1)
    #expect(tally.failed == 1)
  }

  @Test("a worker that is stopped gives its job back, without waiting for the engine") func stopped() async throws {
    let (_, job) = try addClip()
    let (claims, send) = AsyncStream<Void>.makeStream()
    let gate = DispatchSemaphore(value: 0)
    let worker = worker(
      ScriptedRecogniser { _, _ in
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
      ScriptedRecogniser { _, _ in
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

  private static let heard = Recognition(
    text: "words", segmentsJSON: "[]", language: "en", confidence: 1, audioSeconds: 1)

  @Test("clips that wait are claimed together, each is completed as soon as it is heard") func together() async throws {
    let clips = try "abc".map { try addClip($0).0 }
    let store = store
    let depths = Mutex<[Int]>([])
    let recogniser = ScriptedRecogniser(together: 3) { _, _ in
      let running = try store.jobs.pending(kinds: [.transcribe]).filter { $0.state == .running }
      depths.withLock { $0.append(running.count) }
      return Self.heard
    }
    let tally = try await worker(recogniser).run(stopWhenIdle: true)
    #expect(depths.withLock { $0 } == [3, 2, 1])
    #expect(tally.completed == 3)
    for clip in clips { #expect(try store.transcripts.find(clip.id)?.text == "words") }
  }

  @Test("one clip that can't be heard leaves those beside it alone") func oneFails() async throws {
    for digit in "abc" { try addClip(digit) }
    let recogniser = ScriptedRecogniser(together: 3) { request, _ in
      if request.id == 2 { throw Failure() }
      return Self.heard
    }
    let tally = try await worker(recogniser, isPermanent: true).run(stopWhenIdle: true)
    #expect(tally.completed == 2 && tally.failed == 1)
    #expect(try store.jobs.deadJobs().count == 1)
  }

  @Test("a job whose last attempt ended without an answer is worked on alone") func alone() async throws {
    let (_, poison) = try addClip()
    for digit in "bc" { try addClip(digit) }
    _ = try store.jobs.claim(kinds: [.transcribe], owner: "killed", lease: .seconds(10))
    clock.advance(11)
    let store = store
    let poisonRuns = Mutex<[Int]>([])
    let recogniser = ScriptedRecogniser(together: 3) { _, _ in
      let running = try store.jobs.pending(kinds: [.transcribe]).filter { $0.state == .running }
      if running.contains(where: { $0.id == poison.id }) { poisonRuns.withLock { $0.append(running.count) } }
      return Self.heard
    }
    let tally = try await worker(recogniser).run(stopWhenIdle: true)
    #expect(poisonRuns.withLock { $0 } == [1])
    #expect(tally.completed == 3)
  }

  @Test("an attempt that is cut off leaves its progress to the next") func resumes() async throws {
    let (clip, job) = try addClip()
    let first = ScriptedRecogniser { request, desk in
      #expect(request.resume == nil)
      try desk.heard(request.id, segments: [#"{"n":1}"#, #"{"n":2}"#], checkpoint: #"{"at":1}"#, seconds: 30)
      try desk.heard(request.id, segments: [#"{"n":3}"#], checkpoint: #"{"at":2}"#, seconds: 60)
      throw Failure()
    }
    let (events, send) = AsyncStream<WorkerEvent>.makeStream()
    let failing = worker(first) { send.yield($0) }
    let run = Task { try await failing.run(stopWhenIdle: true) }
    for await event in events {
      if case .failed = event { break }
    }
    run.cancel()
    _ = try await run.value
    clock.advance(60)
    let resumed = Mutex<SavedProgress?>(nil)
    let second = ScriptedRecogniser { request, _ in
      resumed.withLock { $0 = request.resume }
      return Self.heard
    }
    _ = try await worker(second).run(stopWhenIdle: true)
    #expect(
      resumed.withLock { $0 }
        == SavedProgress(segments: [#"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#], checkpoint: #"{"at":2}"#, seconds: 60))
    #expect(try store.transcripts.find(clip.id) != nil)
    #expect(try store.progress.find(job.id, fingerprint: "scripted") == nil)
  }

  @Test("progress of another recogniser is not taken up, and gives way") func otherFingerprint() async throws {
    let (_, job) = try addClip()
    let claimed = try #require(try store.jobs.claim(kinds: [.transcribe], owner: "worker-1", lease: .seconds(10)))
    let old = SavedProgress(segments: ["{}", "{}"], checkpoint: "{}", seconds: 9)
    try store.progress.save(claimed, owner: "worker-1", fingerprint: "old", known: 0, news: old)
    let new = SavedProgress(segments: [#"{"n":1}"#], checkpoint: "{}", seconds: 3)
    #expect(try store.progress.find(job.id, fingerprint: "new") == nil)
    try store.progress.save(claimed, owner: "worker-1", fingerprint: "new", known: 0, news: new)
    #expect(try store.progress.find(job.id, fingerprint: "new") == new)
    #expect(throws: StorageError.leaseLost(id: job.id.rawValue)) {
      try store.progress.save(claimed, owner: "worker-2", fingerprint: "new", known: 1, news: new)
    }
  }
}
