import Domain
import Foundation
import ModelStore
import Transcription

/// The doctor's look at live words: which engine gives them. Loads no model of Vosk's: that may end the process.
enum LiveWordsCheck {
  static func make(_ settings: Settings) -> HealthCheck {
    HealthCheck(name: "live words") {
      do {
        return try verdict(settings)
      } catch {
        return HealthVerdict(.failure, detail: Wording.line(for: error))
      }
    }
  }

  private static func verdict(_ settings: Settings) throws -> HealthVerdict {
    if try settings.variables.flag("FIELDOS_STREAMING_FORCE_FAIL", default: false) {
      return HealthVerdict(
        .warning, detail: "none, final transcripts only", remedy: "unset FIELDOS_STREAMING_FORCE_FAIL")
    }
    switch try LiveEngine(settings) {
    case .native: return HealthVerdict(.ok, detail: "native, \(try EngineChoice(settings).model.name)")
    case .vosk(let library, let folder):
      return HealthVerdict(.ok, detail: "Vosk, \(folder.url.path), library \(library.path)")
    case .nativeInstead(let reason):
      return HealthVerdict(
        .warning, detail: "native, not Vosk: \(reason)", remedy: "or unset \(LiveEngine.variable)")
    }
  }
}
