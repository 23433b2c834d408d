import ArgumentParser
import Capture
import Domain
import Foundation
import ModelStore
import SpeechEngine
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

  static let mockNotice =
    "MOCK: every transcript is a fixed text, whatever was said (--mock or FIELDOS_FINAL_WORKER_MOCK=true)."

  func run() async throws {
    let settings = try engine.settings()
    guard !settings.qaMode || supervised else {
      throw UsageError("FIELDOS_QA_MODE is on, which turns the worker off. Set it to false.")
    }
    let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
    let isOneLost = supervised ? false : Housekeeping.sweep(store, settings)
    let taken = try clips.map { try take($0, settings, store) }
    let worker =
      supervised
      ? try WorkerProcess.startable { try makeWorker(settings, store) } : try makeWorker(settings, store)
    let tally = Tally()
    let signal = try await Interruption.cancelling {
      let work: @Sendable () async throws -> Void = {
        tally.value = try await worker.run(stopWhenIdle: !stayAlive && !supervised)
      }
      if supervised { try await WorkerProcess.run(work) } else { try await work() }
    }
    if supervised { return }
    try conclude(store, tally.value, refused: isOneLost || taken.contains(false), signal: signal)
  }

  /// Takes a recording in; one that was transcribed already is shown. False when it was refused.
  private func take(_ file: String, _ settings: Settings, _ store: FieldStore) throws -> Bool {
    guard let clip = IngestCommand.ingest(file, settings, store) else { return false }
    if let heard = try store.transcripts.find(clip.id) { Self.tell(.completed(clip, heard)) }
    return true
  }

  private func makeWorker(_ settings: Settings, _ store: FieldStore) throws -> FinalWorker {
    let recogniser: any Recogniser
    let summary: String
    if mock || settings.workerMock && !supervised {
      if !supervised { Console.error(Self.mockNotice) }
      recogniser = MockRecogniser()
      summary = "mock"
    } else {
      let choice = try FinalEngine(settings)
      if !supervised { for notice in choice.notices { Console.error(notice) } }
      recogniser = try choice.recogniser()
      summary = choice.summary
    }
    let pid = ProcessInfo.processInfo.processIdentifier
    Console.line("worker started pid=\(pid) \(summary) data=\(settings.dataDirectory.path)")
    return FinalWorker(
      store: store, recogniser: recogniser,
      configuration: WorkerConfiguration(owner: "worker-\(pid)-\(RandomHex.make(bytes: 4))"),
      verify: ClipVerifier(dataDirectory: settings.dataDirectory).verify, judge: Wording.judge, report: Self.tell)
  }

  @Sendable private static func tell(_ event: WorkerEvent) {
    switch event {
    case .claimed, .progress: break
    case .resumed(let clip, let seconds):
      Console.line("\(clip.originalName): goes on at \(String(format: "%.0f", seconds)) s, where it was cut off")
    case .heartbeat(let depth): Console.line("heartbeat queue=\(depth)")
    case .completed(let clip, let heard):
      let confidence = RoadNarrator.percent(heard.confidence)
      Console.line("[OK] \(clip.originalName) confidence=\(confidence) latency=\(heard.latencyMilliseconds) ms")
      Console.line("     \(heard.text)")
    case .failed(let clip, let reason, let isFinal):
      Console.error("[ERROR] \(clip.originalName): \(reason)\(isFinal ? "" : " It will be tried again.")")
    case .notice(let clip, let text): Console.error("\(clip.originalName): \(text)")
    case .cancelled(let clip): Console.line("\(clip.originalName): cancelled")
    case .leaseLost(let clip): Console.error("[ERROR] \(clip.originalName): another worker has taken it over.")
    }
  }

  private func conclude(_ store: FieldStore, _ tally: FinalWorker.Tally, refused: Bool, signal: Int32?) throws {
    let depth = try store.jobs.depth()
    if depth > 0 {
      let isPaused = try store.queues.paused().contains { $0.queue == .transcribe }
      let remedy = isPaused ? "The queue is paused: fieldos queue resume transcribe" : "Start 'fieldos worker' again."
      Console.error("queue=\(depth): recordings still wait. \(remedy)")
    }
    if tally.failed > 0 || refused { throw ExitCode(1) }
    if let signal, depth > 0 { throw ExitCode(128 + signal) }
  }
}

/// How many jobs ended how, handed back by the work.
///
/// `@unchecked Sendable`: written by the work, read after it has ended.
private final class Tally: @unchecked Sendable {
  var value = FinalWorker.Tally()
}
