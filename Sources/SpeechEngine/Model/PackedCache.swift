package import Foundation

/// Where the packed weights of a model are kept: beside it, else in the user's cache folder.
public struct PackedCache: Sendable {
  /// Models whose packed weights have fewer bytes are packed at every start: that takes a few milliseconds.
  let leastBytes: Int
  private let folder: URL?

  /// Kept for models of 32 MB and more.
  public static let standard = PackedCache(leastBytes: 32 << 20)

  /// - Parameter folder: where to keep what can't lie beside its model; nil: `$XDG_CACHE_HOME/fieldos`, or `~/.cache/fieldos`.
  package init(leastBytes: Int, folder: URL? = nil) {
    self.leastBytes = leastBytes
    self.folder = folder
  }

  /// Weights of the model in `files`, mapped where they are kept, else read with `read` and then kept if that is possible.
  func weights(
    _ source: WeightSource, _ shape: ModelShape, _ type: ComputeType
  ) throws(ModelError) -> ModelWeights {
    let key = Self.key(source, type)
    let places = places(source.url, type)
    for place in places {
      guard let file = PackedFile(place, source: key) else { continue }
      return try ModelWeights(WeightReader(source: source, computeType: type, packed: file), shape)
    }
    let writer = PackedWriter()
    let weights = try ModelWeights(WeightReader(source: source, computeType: type, writer: writer), shape)
    if writer.byteCount >= leastBytes { keep(writer, key, places) }
    return weights
  }

  /// A cache that can't be written is none: the model works as well.
  private func keep(_ writer: PackedWriter, _ key: String, _ places: [URL]) {
    for place in places {
      try? FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      if (try? writer.write(to: place, source: key)) != nil { return }
    }
  }

  private func places(_ file: URL, _ type: ComputeType) -> [URL] {
    let name = ".fieldos-\(type.rawValue)"
    let beside = URL(filePath: file.path + name)
    let environment = ProcessInfo.processInfo.environment
    let caches =
      folder ?? environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0 + "/fieldos") : nil }
      ?? environment["HOME"].map { URL(filePath: $0 + "/.cache/fieldos") }
    let number = String(Self.hash(file.standardizedFileURL.path), radix: 16)
    return [beside] + (caches.map { [$0.appending(path: "packed/\(file.lastPathComponent)-\(number)\(name)")] } ?? [])
  }

  /// The files that the tensors lie in, with their sizes and times.
  private static func key(_ source: WeightSource, _ type: ComputeType) -> String {
    let files = Set(source.tensors.values.map(\.file.url.path)).sorted()
    let facts = files.map { path -> String in
      var facts = stat()
      guard stat(path, &facts) == 0 else { return "\(path) ?" }
      let name = URL(filePath: path).lastPathComponent
      return "\(name) \(facts.st_size) \(modified(facts))"
    }
    return (["\(type.rawValue)"] + facts).joined(separator: "\n")
  }

  private static func modified(_ facts: stat) -> String {
    #if canImport(Darwin)
      "\(facts.st_mtimespec.tv_sec).\(facts.st_mtimespec.tv_nsec)"
    #else
      "\(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
    #endif
  }

  /// FNV-1a, 64 bits.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
