import ArgumentParser
import Foundation
import ModelStore
import SpeechEngine
import Transcription

/// The recogniser's own process: `fieldos up` starts it, and survives it.
struct StreamWorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream-worker",
    abstract: "Hear framed sound on standard input, and say what it means in lines of JSON.",
    shouldDisplay: false)

  func run() async throws {
    let settings = try Settings.load()
    let engine = try WorkerProcess.startable { try Self.engine(settings) }
    let worker = StreamWorker(engine) { line in
      // Whoever can't be told has gone.
      guard (try? FileHandle.standardOutput.write(contentsOf: line)) != nil else { Foundation.exit(0) }
    }
    // Blocking reads have a thread of their own; nobody waits for what was not said when the parent is gone.
    Thread.detachNewThread {
      worker.run { FileHandle.standardInput.availableData }
      Foundation.exit(0)
    }
    while true { try await Task.sleep(for: .seconds(3600)) }
  }

  private static func engine(_ settings: Settings) throws -> any StreamEngine {
    if try settings.variables.flag("FIELDOS_STREAMING_FORCE_FAIL", default: false) {
      throw UsageError("FIELDOS_STREAMING_FORCE_FAIL is set. Unset it for live words.")
    }
    if let vosk = try LiveEngine(settings).vosk(notice: Console.error) { return vosk }
    let choice = try EngineChoice(settings)
    var options = StreamingOptions()
    options.language = choice.options.language
    return try NativeStreamEngine(
      WhisperModel(folder: choice.model.folder, computeType: choice.computeType), named: choice.model.name, options,
      detector: choice.streamDetector())
  }
}
