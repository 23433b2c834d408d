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
    var configuration = SpeechServerConfiguration(
      spoolFolder: settings.dataDirectory.appending(path: "api_spool"),
      desk: desk(settings, try settings.apiLimits()) { say(line($0)) }, model: choice.model.name,
      modelDate: choice.model.date)
    configuration.maxBytes = try settings.apiMaxBytes()
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

  /// - Throws: `ModelError`, and what is wrong with the speech detector's weights.
  static func worker(_ choice: EngineChoice) throws -> RequestWorker {
    let model = try WhisperModel(folder: choice.model.folder, computeType: choice.computeType)
    let transcriber = try Transcriber(model, threads: choice.threads, detector: try choice.streamDetector())
    return RequestWorker(transcriber, model: choice.model.name, base: choice.options) { line in
      // Whoever can't be told has gone.
      guard (try? FileHandle.standardOutput.write(contentsOf: line)) != nil else { Foundation.exit(0) }
    }
  }

  private static func line(_ event: RequestDeskEvent) -> String {
    switch event {
    case .started(let pid): "process \(pid) started"
    case .ready(let model): "ready, \(model)"
    case .died(let status, let delay): "process ended (\(status)), starts again in \(delay.inSeconds) s"
    }
  }
}

extension FoundModel {
  /// When its files were put where they are.
  var date: Date {
    (try? FileManager.default.attributesOfItem(atPath: folder.path))?[.modificationDate] as? Date ?? .distantPast
  }
}
