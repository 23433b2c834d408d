/// Why Vosk can't hear, or not any more. `description` is one line: what, where, remedy.
public enum VoskError: Error, Equatable {
  case libraryMissing(tried: [String])
  case libraryRefused(path: String, reason: String)
  case symbolMissing(symbol: String, library: String)
  case modelMissing(path: String)
  case modelIncomplete(path: String, part: String)
  case modelRefused(path: String)
  case recogniserRefused(model: String)
  /// libvosk took a piece of sound and said that it failed.
  case soundRefused
  /// What libvosk said is no answer; `reason` quotes nothing of it.
  case answerRefused(reason: String)
  case fellBehind(seconds: Int)
}

extension VoskError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .libraryMissing(let tried):
      "libvosk: not found (tried \(tried.joined(separator: ", "))). Set FIELDOS_VOSK_LIBRARY to its file."
    case .libraryRefused(let path, let reason):
      "\(path): can't be loaded as libvosk (\(reason)). Set FIELDOS_VOSK_LIBRARY to a libvosk of this machine's kind."
    case .symbolMissing(let symbol, let library):
      "\(library): has no \(symbol), so it is no libvosk or a very old one. Use release 0.3.45."
    case .modelMissing(let path):
      "\(path): no Vosk model here. Unpack one from alphacephei.com/vosk/models, or set VOSK_MODEL_PATH."
    case .modelIncomplete(let path, let part):
      "\(path): no Vosk model, \(part) is missing. Unpack it again, or set VOSK_MODEL_PATH to another."
    case .modelRefused(let path): "\(path): libvosk can't load this model. Unpack it again, or choose another."
    case .recogniserRefused(let model): "Vosk model \(model): libvosk can't hear with it. Unpack it again."
    case .soundRefused: "libvosk failed over a piece of sound. The final transcript is not touched by that."
    case .answerRefused(let reason): "libvosk's answer can't be used: \(reason). Use another release of libvosk."
    case .fellBehind(let seconds):
      "Vosk is \(seconds) s behind the speaker and was given up. Use a smaller model with VOSK_MODEL_PATH."
    }
  }
}
