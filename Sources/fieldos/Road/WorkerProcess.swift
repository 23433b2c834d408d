import ArgumentParser
import Foundation
import ModelStore
import SpeechEngine
import Transcription

/// How `fieldos up` and `fieldos demo` start their `fieldos worker` child.
enum WorkerProcess {
  /// - Parameter settings: handed down as FIELDOS_* variables, so that flags given to the parent hold for the child.
  static func supervisor(
    _ settings: Settings, mock: Bool, givesUp: Bool, report: @escaping @Sendable (SupervisorEvent) -> Void
  ) -> WorkerSupervisor {
    var variables = [
      "FIELDOS_DATA_DIR": settings.dataDirectory.path,
      "FIELDOS_WHISPER_COMPUTE_TYPE": settings.computeType,
      "FIELDOS_WHISPER_BEAM_SIZE": String(settings.beamSize),
      "FIELDOS_WHISPER_DEVICE": settings.device,
      "FIELDOS_WHISPER_ENDPOINT": settings.whisperEndpoint ?? "", "FIELDOS_QA_MODE": "false",
    ]
    variables["FIELDOS_WHISPER_MODEL"] = settings.model
    let arguments = ["worker", "--supervised", "--threads", String(settings.threads)] + (mock ? ["--mock"] : [])
    return WorkerSupervisor(
      executable: executable, arguments: arguments, environment: variables, givesUp: givesUp, report: report)
  }

  static var executable: URL {
    Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
  }

  /// Makes what a supervised child works with; a supervisor must know whether starting again could help.
  static func startable<Value>(_ make: () throws -> Value) throws -> Value {
    do {
      return try make()
    } catch let error where error is ModelError || error is ModelStoreError || error is UsageError {
      Console.error("fieldos: " + Wording.line(for: error))
      throw ExitCode(WorkerSupervisor.unusable)
    }
  }

  /// Runs a supervised worker's work. When standard input closes, the parent is gone or wants it to stop: the work is
  /// cancelled, and the process ended where that takes longer than `grace`.
  static func run(_ work: @escaping @Sendable () async throws -> Void, grace: TimeInterval = 3) async throws {
    let task = Task { try await work() }
    Thread.detachNewThread {
      while !FileHandle.standardInput.availableData.isEmpty {}
      task.cancel()
      Thread.sleep(forTimeInterval: grace)
      _exit(0)
    }
    try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
