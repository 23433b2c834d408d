public import Foundation

/// Why a model can't be used: facts only. `message` words them for people, each with a remedy.
public enum ModelError: Error, Equatable {
  case notFound(URL)
  case notAFolder(URL)
  case missingFile(URL)
  /// More whisper.cpp files in one folder than one.
  case severalModels(URL, names: [String])
  /// A pickled PyTorch file, which can run code when it is read.
  case pickled(URL)
  case badFile(URL, reason: String)
  /// A file of another format version, another kind of model or another type of numbers.
  case unsupported(URL, what: String)
  case truncated(URL, missingBytes: Int)
  case oversized(URL, extraBytes: Int)
  case missingVariable(URL, name: String)
  case wrongShape(URL, name: String, found: [Int], expected: [Int])
  case vocabularyMismatch(URL, tokens: Int, model: Int)
  case missingToken(String)
  case unknownLanguage(String)
  case kernelUnavailable(name: String, available: [String])

  /// A short reason without the file's contents.
  static func summary(of error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "no '\(key.stringValue)'"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "wrong value at '\(context.codingPath.map(\.stringValue).joined(separator: "."))'"
    case is DecodingError: "not valid JSON"
    default: (error as NSError).localizedDescription
    }
  }
}

extension ModelError {
  /// One line: what is wrong, where, and what to do.
  public var message: String {
    let pull = "Copy or download the model folder again."
    return switch self {
    case .notFound(let url): "\(url.path): no such model. Check the path."
    case .notAFolder(let url):
      "\(url.path): a model is a folder with model.bin or model.safetensors, or a ggml-*.bin file. Name one of these."
    case .missingFile(let url): "\(url.path): missing. \(pull)"
    case .severalModels(let url, let names):
      "\(url.path): holds \(names.count) models (\(names.prefix(3).joined(separator: ", "))). Name one of the files."
    case .pickled(let url):
      "\(url.path): a pickled file can run code, so it isn't read. Save it as safetensors "
        + "(save_pretrained with safe_serialization=True) or convert it with ct2-transformers-converter."
    case .badFile(let url, let reason): "\(url.path): \(reason). \(pull)"
    case .unsupported(let url, let what):
      "\(url.path): \(what). Convert it with ctranslate2 4 (ct2-transformers-converter) or use another model."
    case .truncated(let url, let missing): "\(url.path): truncated, \(missing) bytes or more are missing. \(pull)"
    case .oversized(let url, let extra): "\(url.path): \(extra) bytes too many behind the last variable. \(pull)"
    case .missingVariable(let url, let name): "\(url.path): has no variable '\(name)'. \(pull)"
    case .wrongShape(let url, let name, let found, let expected):
      "\(url.path): '\(name)' has shape \(found), expected \(expected). \(pull)"
    case .vocabularyMismatch(let url, let tokens, let model):
      "\(url.path): \(tokens) tokens, but the model has \(model). The files belong to different models. \(pull)"
    case .missingToken(let name): "the tokenizer has no token \(name): not a Whisper tokenizer. \(pull)"
    case .unknownLanguage(let code):
      "the model doesn't know the language '\(code)'. Name one of its codes (en, de, fr, …) or leave --language out."
    case .kernelUnavailable(let name, let available):
      "this CPU has no kernel set '\(name)'. Available: \(available.joined(separator: ", "))."
    }
  }
}
