import Foundation

/// The files of a faster-whisper model.
enum ModelFiles {
  static let weights = "model.bin"
  /// Largest file that is taken: 16 GiB; the largest known model has 3 GiB.
  static let sizeLimit = 16 << 30

  /// Whether faster-whisper would download a file of this name: its `allow_patterns`.
  static func isWanted(_ name: String) -> Bool {
    ["config.json", "preprocessor_config.json", weights, "tokenizer.json"].contains(name)
      || name.hasPrefix("vocabulary.")
  }

  /// Whether a name stays inside the folder that it is joined to.
  static func isSafe(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return !name.isEmpty && name.utf8.count <= 255 && !name.contains("\\")
      && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
      && parts.allSatisfy { !["", ".", ".."].contains($0) }
  }

  /// What the engine needs and a set of names lacks.
  static func missing(from names: [String]) -> [String] {
    let vocabulary = names.contains { ["vocabulary.json", "vocabulary.txt"].contains($0) }
    return ["config.json", weights, "tokenizer.json"].filter { !names.contains($0) }
      + (vocabulary ? [] : ["vocabulary.txt"])
  }

  /// What the engine needs and a folder lacks; links that lead nowhere count as lacking.
  static func missing(from folder: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return missing(from: names.filter { FileManager.default.fileExists(atPath: folder.appending(path: $0).path) })
  }

  /// The files of a folder that belong to a model in any of the engine's forms, sorted.
  static func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter(isPart).sorted()
  }

  private static func isPart(_ name: String) -> Bool {
    isWanted(name) || name.hasSuffix(".safetensors") || name.hasSuffix(".safetensors.index.json")
      || (name.hasPrefix("ggml-") && name.hasSuffix(".bin"))
      || ["generation_config.json", "vocab.json", "merges.txt", "added_tokens.json"].contains(name)
  }

  /// Bytes of a file behind all links, nil where there is none.
  static func size(of file: URL) -> Int? {
    var status = stat()
    guard stat(file.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Bytes of all wanted files of a folder.
  static func bytes(in folder: URL) -> Int {
    names(in: folder).reduce(0) { $0 + (size(of: folder.appending(path: $1)) ?? 0) }
  }
}
