import Foundation
import SpeechEngine
import Transcription

/// Which engine gives live words: FIELDOS_TRANSCRIBE_ENGINE, with the names that the prototype had.
enum LiveEngine {
  case native
  /// Found, but its model is not loaded yet.
  case vosk(VoskLibrary, VoskModelFolder)
  /// Vosk was asked for and is not there; `reason` is one line.
  case nativeInstead(reason: String)

  static let variable = "FIELDOS_TRANSCRIBE_ENGINE"

  /// Loads Vosk's library where Vosk was chosen: native code of others in this process.
  /// - Throws: as ``isVosk(_:)``.
  init(_ settings: Settings) throws {
    guard try Self.isVosk(settings) else {
      self = .native
      return
    }
    do {
      self = .vosk(try settings.voskLibrary(), try VoskModelFolder(settings.voskModel))
    } catch {
      self = .nativeInstead(reason: Wording.line(for: error))
    }
  }

  /// Whether Vosk is asked for, FieldOS's own engine else.
  /// - Throws: ``UsageError`` for a name that is unknown, or of an engine that gives no live words.
  static func isVosk(_ settings: Settings) throws -> Bool {
    let name = settings.variables.text(Self.variable)
    switch name?.lowercased() {
    case nil, "native", "faster_whisper", "whisper_local": return false
    case "vosk": return true
    case "whisper_api":
      throw UsageError(
        "\(Self.variable)=whisper_api: speech servers hear whole recordings: only final transcripts. "
          + "Unset it, or set it to vosk, for live words.")
    case let unknown?:
      throw UsageError(
        "\(Self.variable)=\(unknown): unknown. Unset it for FieldOS's own engine, or set it to vosk, faster_whisper, "
          + "whisper_local or whisper_api.")
    }
  }

  /// Loads Vosk's model where Vosk was chosen.
  /// - Parameter notice: takes a line for people where something else runs than what was asked for.
  /// - Returns: nil where FieldOS's own engine is to be used.
  func vosk(notice: (String) -> Void) -> VoskStreamEngine? {
    switch self {
    case .native: return nil
    case .nativeInstead(let reason): notice(Self.notice(reason))
    case .vosk(let library, let folder):
      do { return try VoskStreamEngine(library, model: folder) } catch { notice(Self.notice(Wording.line(for: error))) }
    }
    return nil
  }

  private static func notice(_ reason: String) -> String {
    "\(variable)=vosk: \(reason) FieldOS's own engine gives the live words."
  }
}

extension Settings {
  /// The setting that switches live words off, nil where there may be some.
  func liveWordsAreOffBy() throws -> String? {
    if qaMode { return "FIELDOS_QA_MODE=true" }
    for name in ["STREAMING_ENABLED", "FIELDOS_ENABLE_NATIVE_AUDIO"] where try !variables.flag(name, default: true) {
      return "\(name)=false"
    }
    return nil
  }

  /// As the stream worker has them: a model that is too slow to keep up with speech may have a smaller one beside it.
  var streaming: Settings {
    var settings = self
    settings.model = variables.text("FIELDOS_STREAMING_MODEL") ?? model
    return settings
  }

  /// - Throws: `VoskError`.
  func voskLibrary() throws(VoskError) -> VoskLibrary {
    let named = variables.text("FIELDOS_VOSK_LIBRARY").map { URL(filePath: $0) }
    let python = variables.text("VIRTUAL_ENV").map { URL(filePath: $0, directoryHint: .isDirectory) }
    return try VoskLibrary(named, python: python)
  }

  /// Default: the small English model, below the data folder's models.
  var voskModel: URL {
    variables.text("VOSK_MODEL_PATH").map { URL(filePath: $0, directoryHint: .isDirectory) }
      ?? dataDirectory.appending(path: "models/vosk-model-small-en-us-0.15")
  }
}
