import Foundation
import Transcription

/// How `fieldos up` and `fieldos demo` start their `fieldos worker` child.
enum WorkerProcess {
  /// - Parameter settings: handed down as FIELDOS_* variables, so that flags given to the parent hold for the child.
  static func supervisor(
    _ settings: Settings, mock: Bool, report: @escaping @Sendable (SupervisorEvent) -> Void
  ) -> WorkerSupervisor {
    var variables = [
      "FIELDOS_DATA_DIR": settings.dataDirectory.path,
      "FIELDOS_WHISPER_COMPUTE_TYPE": settings.computeType,
      "FIELDOS_WHISPER_BEAM_SIZE": String(settings.beamSize),
      "FIELDOS_WHISPER_DEVICE": settings.device,
      "FIELDOS_QA_MODE": "false",
    ]
    variables["FIELDOS_WHISPER_MODEL"] = settings.model
    let arguments = ["worker", "--supervised", "--threads", String(settings.threads)] + (mock ? ["--mock"] : [])
    return WorkerSupervisor(executable: executable, arguments: arguments, environment: variables, report: report)
  }

  private static var executable: URL {
    Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
  }

  /// Returns when standard input is closed: the parent is gone, or wants this process to stop.
  static func parentIsGone() async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        while !FileHandle.standardInput.availableData.isEmpty {}
        continuation.resume()
      }
    }
  }
}
