import Domain
import Foundation
import ModelStore
import SpeechEngine
import SpeechServer
import Transcription

/// How the transcription server starts its `fieldos request-worker` child, and what that does.
enum RequestProcess {
  /// The server's configuration but for where it listens.
  /// - Throws: ``UsageError`` that names the variable.
  static func server(
    _ settings: Settings, _ choice: EngineChoice, say: @escaping @Sendable (String) -> Void
  ) throws -> SpeechServerConfiguration {
    let models = InstalledModels(settings, choice)
    let memory = try settings.apiModelMemory()
    guard models.usual.model.bytes <= memory else {
      throw UsageError(
        "FIELDOS_API_MODEL_MEMORY: \(memory) bytes are too few for \(choice.model.name), which takes "
          + "\(models.usual.model.bytes). Raise it, or take a smaller model.")
    }
    var configuration = SpeechServerConfiguration(
      spoolFolder: settings.dataDirectory.appending(path: "api_spool"),
      desk: desk(settings, try settings.apiLimits()) { say(line($0)) }, model: models.usual)
    configuration.others = { models.others() }
    configuration.modelMemory = memory
    configuration.maxBytes = try settings.apiMaxBytes()
    configuration.keepAlive = try settings.apiKeepAlive()
    configuration.allowedHosts = settings.allowedHosts
    return configuration
  }

  private static func desk(
    _ settings: Settings, _ limits: RequestDesk.Limits, report: @escaping @Sendable (RequestDeskEvent) -> Void
  ) -> RequestDesk {
    var variables = [
      "FIELDOS_WHISPER_COMPUTE_TYPE": settings.computeType, "FIELDOS_WHISPER_DEVICE": settings.device,
      "FIELDOS_WHISPER_BEAM_SIZE": String(settings.beamSize), "FIELDOS_DATA_DIR": settings.dataDirectory.path,
    ]
    variables["FIELDOS_WHISPER_MODEL"] = settings.model
    return RequestDesk(
      executable: WorkerProcess.executable, arguments: ["request-worker", "--threads", String(settings.threads)],
      environment: variables, limits: limits, report: report)
  }

  /// - Throws: `ModelError` and ``UsageError``.
  static func worker(_ settings: Settings, _ choice: EngineChoice) throws -> RequestWorker {
    let usual = InstalledModels(settings, choice).usual.model
    let shelf = ModelShelf(budget: try settings.apiModelMemory()) { model in
      do {
        return try transcriber(URL(filePath: model.folder), choice)
      } catch  where model != usual {
        Console.error("model \(model.name): " + Wording.line(for: error))
        throw error
      }
    }
    return RequestWorker(shelf, model: usual, base: choice.options) { line in
      // Whoever can't be told has gone.
      guard (try? FileHandle.standardOutput.write(contentsOf: line)) != nil else { Foundation.exit(0) }
    }
  }

  private static func transcriber(_ folder: URL, _ choice: EngineChoice) throws -> Transcriber {
    let model = try WhisperModel(folder: folder, computeType: choice.computeType)
    return try Transcriber(model, threads: choice.threads, detector: try EngineChoice.streamDetector(in: folder))
  }

  private static func line(_ event: RequestDeskEvent) -> String {
    switch event {
    case .started(let pid): "process \(pid) started"
    case .ready(let model): "ready, \(model)"
    case .loaded(let model, let released):
      "model \(model) loaded" + (released.isEmpty ? "" : ", \(released.joined(separator: ", ")) made room")
    case .died(let status, let delay): "process ended (\(status)), starts again in \(delay.inSeconds) s"
    }
  }
}
