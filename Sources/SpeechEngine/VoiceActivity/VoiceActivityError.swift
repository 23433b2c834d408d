public import Foundation

/// Why speech can't be looked for: facts only. `message` words them for people, each with a remedy.
public enum VoiceActivityError: Error, Equatable {
  case notFound(URL)
  case unreadable(URL, reason: String)
  case tooLarge(URL, bytes: Int, limit: Int)
  /// Not an ONNX file, or a damaged one.
  case malformed(URL, reason: String)
  /// A tensor that Silero v6 as faster-whisper ships it has and this file lacks: another version or another network.
  case missingTensor(URL, name: String)
  case wrongShape(URL, name: String, found: [Int], expected: [Int])
  case invalidOption(name: String, value: String, allowed: String)
}

extension VoiceActivityError {
  /// One line: what is wrong, where, and what to do.
  public var message: String {
    let remedy = "Take silero_vad_v6.onnx from faster-whisper 1.2's assets, or leave it out for the built-in detector."
    return switch self {
    case .notFound(let url): "\(url.path): no such file. \(remedy)"
    case .unreadable(let url, let reason): "\(url.path): can't be read (\(reason)). \(remedy)"
    case .tooLarge(let url, let bytes, let limit): "\(url.path): \(bytes) bytes, the limit is \(limit). \(remedy)"
    case .malformed(let url, let reason): "\(url.path): not an ONNX file, or damaged (\(reason)). \(remedy)"
    case .missingTensor(let url, let name):
      "\(url.path): has no '\(name)': another network or another version (v4 and v5 are not supported). \(remedy)"
    case .wrongShape(let url, let name, let found, let expected):
      "\(url.path): '\(name)' has shape \(found), expected \(expected). \(remedy)"
    case .invalidOption(let name, let value, let allowed):
      "voice activity option \(name) is \(value). Allowed: \(allowed)."
    }
  }
}
