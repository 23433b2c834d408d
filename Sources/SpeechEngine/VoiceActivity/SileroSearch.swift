public import Foundation

extension SileroWeights {
  public static let fileName = "silero_vad_v6.onnx"

  /// What a look for the weights found.
  public enum Finding: Sendable, Equatable {
    case weights(URL)
    /// Only weights of an earlier version (a faster-whisper before 1.2), which are not read.
    case outdated(URL)
    case nothing
  }

  private static let outdatedNames = ["silero_vad.onnx", "silero_vad_v5.onnx", "silero_encoder_v5.onnx"]

  /// Looks for `silero_vad_v6.onnx`.
  /// - Parameters:
  ///   - folders: looked into first, in order: the model folder, say.
  ///   - pythonRoots: prefixes of Python installations, see `pythonRoots(home:environments:)`; the newest Python first.
  public static func find(in folders: [URL], pythonRoots: [URL] = []) -> Finding {
    let places = folders + pythonRoots.flatMap(assets)
    if let found = places.map({ $0.appending(path: fileName) }).first(where: isFile) { return .weights(found) }
    let outdated = places.flatMap { place in outdatedNames.map { place.appending(path: $0) } }
    return outdated.first(where: isFile).map { .outdated($0) } ?? .nothing
  }

  /// Where Pythons keep their packages.
  /// - Parameters:
  ///   - home: the user's home folder.
  ///   - environments: active environments, the values of `VIRTUAL_ENV` and `CONDA_PREFIX`: looked into first.
  public static func pythonRoots(home: URL, environments: [URL] = []) -> [URL] {
    let system = ["/usr/local", "/usr", "/opt/homebrew"].map { URL(filePath: $0, directoryHint: .isDirectory) }
    return environments + [home.appending(path: ".local")] + system
  }

  private static func assets(under root: URL) -> [URL] {
    ["lib", "lib64"].flatMap { name -> [URL] in
      let library = root.appending(path: name)
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
      let pythons = entries.filter { $0.hasPrefix("python3") }
        .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
      return pythons.flatMap { python in
        ["site-packages", "dist-packages"].map { library.appending(path: "\(python)/\($0)/faster_whisper/assets") }
      }
    }
  }

  private static func isFile(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && !isFolder.boolValue
  }
}
