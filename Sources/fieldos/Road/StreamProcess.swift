import Domain
import Foundation
import Transcription

/// How `fieldos up` starts its `fieldos stream-worker` child.
enum StreamProcess {
  /// - Returns: nil where live words are switched off.
  static func supervisor(
    _ settings: Settings, report: @escaping @Sendable (StreamSupervisorEvent) -> Void
  ) throws -> StreamSupervisor? {
    let isOn = try settings.variables.flag("STREAMING_ENABLED", default: true)
    guard isOn, !settings.qaMode else { return nil }
    var variables = [
      "FIELDOS_WHISPER_COMPUTE_TYPE": settings.computeType, "FIELDOS_WHISPER_DEVICE": settings.device,
    ]
    // A model that is too slow to keep up with speech may have a smaller one beside it.
    variables["FIELDOS_WHISPER_MODEL"] = settings.variables.text("FIELDOS_STREAMING_MODEL") ?? settings.model
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
