import Domain
import Foundation
import Transcription

/// How `fieldos up` starts its `fieldos stream-worker` child.
enum StreamProcess {
  /// - Returns: nil where there are to be no live words.
  static func supervisor(
    _ settings: Settings, report: @escaping @Sendable (StreamSupervisorEvent) -> Void
  ) throws -> StreamSupervisor? {
    guard try settings.liveWordsAreOffBy() == nil else { return nil }
    var variables = [
      "FIELDOS_WHISPER_COMPUTE_TYPE": settings.computeType, "FIELDOS_WHISPER_DEVICE": settings.device,
    ]
    variables["FIELDOS_WHISPER_MODEL"] = settings.streaming.model
    return StreamSupervisor(
      executable: WorkerProcess.executable, arguments: ["stream-worker"], environment: variables, report: report)
  }

  static func line(_ event: StreamSupervisorEvent) -> String {
    switch event {
    case .started(let pid): "process \(pid) started"
    case .ready(let engine, let model): "hears, \(engine) \(model)"
    case .died(let status, let delay): "process ended (\(status)), starts again in \(delay.inSeconds) s"
    case .gaveUp(let reason): "\(reason) Only final transcripts come."
    }
  }
}
