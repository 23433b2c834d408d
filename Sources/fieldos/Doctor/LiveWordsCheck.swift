import Domain
import Foundation
import ModelStore
import Transcription

/// Which engine gives live words, if any.
enum LiveWordsCheck {
  /// For the doctor, a process of its own: looks for Vosk's library by loading it. Loads no model of Vosk's: that may
  /// end the process.
  static func whole(_ settings: Settings) -> HealthCheck {
    make(settings) {
      switch try LiveEngine(settings) {
      case .native: return HealthVerdict(.ok, detail: "native, \(try EngineChoice(settings.streaming).model.name)")
      case .vosk(let library, let folder):
        return HealthVerdict(.ok, detail: "Vosk, \(folder.url.path), library \(library.path)")
      case .nativeInstead(let reason):
        return HealthVerdict(
          .warning, detail: "native, not Vosk: \(reason)", remedy: "or unset \(LiveEngine.variable)")
      }
    }
  }

  /// Beside the work: what the stream worker says of itself. Nothing of others is loaded into the process that takes
  /// recordings in.
  static func beside(_ settings: Settings, _ worker: StreamSupervisor?) -> HealthCheck {
    make(settings) {
      _ = try LiveEngine.isVosk(settings)
      if let refusal = worker?.refusal {
        return HealthVerdict(
          .warning, detail: "none, final transcripts only: \(refusal)", remedy: "see why: fieldos doctor")
      }
      let engine = worker?.engine.map { "\($0.name), \($0.model)" }
      return HealthVerdict(.ok, detail: engine ?? "the engine starts with the first recording")
    }
  }

  /// - Parameter look: taken where they are not switched off.
  private static func make(_ settings: Settings, _ look: @escaping @Sendable () throws -> HealthVerdict) -> HealthCheck
  {
    HealthCheck(name: "live words") {
      do {
        if let setting = try settings.liveWordsAreOffBy() { return HealthVerdict(.ok, detail: "off: \(setting)") }
        if try settings.variables.flag("FIELDOS_STREAMING_FORCE_FAIL", default: false) {
          return HealthVerdict(
            .warning, detail: "none, final transcripts only", remedy: "unset FIELDOS_STREAMING_FORCE_FAIL")
        }
        return try look()
      } catch {
        return HealthVerdict(.failure, detail: Wording.line(for: error))
      }
    }
  }
}
