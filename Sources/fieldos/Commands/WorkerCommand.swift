import ArgumentParser
import Domain
import Foundation
import Storage
import Transcription

struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Transcribe the queued recordings of the data folder, then end.",
    discussion: "Exit code 1 when a recording of this run could not be transcribed.")

  @Option(name: .customLong("clip"), help: "Take this recording in first; may be given again.") var clips: [String] = []
  @Flag(help: "Go on waiting for recordings when the queue is empty.") var stayAlive = false
  @Flag(help: "No model: every transcript is the fixed QA text.") var mock = false
  @OptionGroup var engine: EngineFlags
  @Flag(help: .hidden) var supervised = false

  func run() async throws {
    let settings = try engine.settings()
    guard !settings.qaMode || supervised else {
      throw UsageError("FIELDOS_QA_MODE is on, which turns the worker off. Set it to false.")
    }
    let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
    let refused = clips.filter { !IngestCommand.ingest($0, settings, store) }
    let tally = Box(FinalWorker.Tally())
    let worker = try worker(settings, store)
    let finished = try await Interruption.cancelling {
      try await untilParentIsGone { tally.value = try await worker.run(stopWhenIdle: !stayAlive && !supervised) }
    }
    try conclude(store, tally.value, refused: refused.count, interrupted: !finished)
  }

  private func worker(_ settings: Settings, _ store: FieldStore) throws -> FinalWorker {
    let recogniser: any Recogniser
    let summary: String
    if mock || settings.workerMock && !supervised {
      recogniser = MockRecogniser()
      summary = "mock"
    } else {
      let choice = try EngineChoice(settings)
      if !supervised { for notice in choice.notices { Console.error(notice) } }
      recogniser = try choice.recogniser()
      summary = choice.summary
    }
    let pid = ProcessInfo.processInfo.processIdentifier
    Console.line("worker started pid=\(pid) \(summary) data=\(settings.dataDirectory.path)")
    return FinalWorker(
      store: store, recogniser: recogniser,
      configuration: WorkerConfiguration(owner: "worker-\(pid)-\(RandomHex.make(bytes: 4))"), judge: Wording.judge,
      report: Self.tell)
  }

  @Sendable private static func tell(_ event: WorkerEvent) {
    switch event {
    case .claimed, .progress: break
    case .heartbeat(let depth): Console.line("heartbeat queue=\(depth)")
    case .completed(let clip, let heard):
      let confidence = RoadNarrator.percent(heard.confidence)
      Console.line("[OK] \(clip.originalName) confidence=\(confidence) latency=\(heard.latencyMilliseconds) ms")
      Console.line("     \(heard.text)")
    case .failed(let clip, let reason, let isFinal):
      Console.error("[ERROR] \(clip.originalName): \(reason)\(isFinal ? "" : " It will be tried again.")")
    case .leaseLost(let clip): Console.error("[ERROR] \(clip.originalName): another worker has taken it over.")
    }
  }

  /// A supervised worker ends with its parent.
  private func untilParentIsGone(_ work: @escaping @Sendable () async throws -> Void) async throws {
    guard supervised else { return try await work() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await work() }
      group.addTask { await WorkerProcess.parentIsGone() }
      try await group.next()
      // The thread that reads standard input can't be cancelled; the process ends here.
      group.cancelAll()
      Foundation.exit(0)
    }
  }

  private func conclude(_ store: FieldStore, _ tally: FinalWorker.Tally, refused: Int, interrupted: Bool) throws {
    let depth = try store.jobs.depth()
    if depth > 0 { Console.error("queue=\(depth): recordings still wait. Start 'fieldos worker' again.") }
    if tally.failed + refused > 0 { throw ExitCode(1) }
    if interrupted, depth > 0 { throw ExitCode(130) }
  }
}

/// A value that a task hands back; read only after the task has ended.
private final class Box<Value>: @unchecked Sendable {
  var value: Value
  init(_ value: Value) { self.value = value }
}
