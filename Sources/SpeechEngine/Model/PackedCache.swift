package import Foundation

/// Where the packed weights of a model are kept: beside it, else in the user's cache folder.
public struct PackedCache: Sendable {
  /// Models whose packed weights have fewer bytes are packed at every start: that takes a few milliseconds.
  let leastBytes: Int
  private let folder: URL?

  /// Vocabularies of fewer bytes are read at every start.
  private static let leastVocabularyBytes = 1 << 20

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
    let places = places(source.url, type.rawValue)
    for place in places {
      guard let file = PackedFile(place, source: key) else { continue }
      return try ModelWeights(WeightReader(source: source, computeType: type, packed: file), shape)
    }
    let writer = PackedWriter()
    let weights = try ModelWeights(WeightReader(source: source, computeType: type, writer: writer), shape)
    if writer.byteCount >= leastBytes { keep(writer, key, places) }
    return weights
  }

  /// The vocabulary that was made from `files`, mapped where it is kept, else made with `make` and then kept.
  /// - Parameter settings: what else it depends on.
  static func vocabulary(
    _ cache: PackedCache?, _ files: [MappedFile], _ settings: String = "",
    _ make: () throws(ModelError) -> ModelVocabulary
  ) throws(ModelError) -> ModelVocabulary {
    let size = files.reduce(0) { $0 + $1.data.count }
    guard let cache, size >= min(cache.leastBytes, leastVocabularyBytes) else { return try make() }
    let key = (["vocabulary \(settings)"] + files.map(facts)).joined(separator: "\n")
    let places = cache.places(files[0].url, "vocabulary")
    for place in places {
      if let file = PackedFile(place, source: key), let kept = ModelVocabulary(file, files: files) { return kept }
    }
    let made = try make()
    let writer = PackedWriter()
    if (try? made.add(to: writer)) != nil { cache.keep(writer, key, places) }
    return made
  }

  /// A cache that can't be written is none: the model works as well.
  private func keep(_ writer: PackedWriter, _ key: String, _ places: [URL]) {
    PackedKeeping.begin {
      for place in places {
        try? FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        if (try? writer.write(to: place, source: key)) != nil { return }
      }
    }
  }

  /// Waits until what was to be kept is on disk.
  package static func settle() {
    PackedKeeping.finish()
  }

  private func places(_ file: URL, _ what: String) -> [URL] {
    let name = ".fieldos-\(what)"
    // Shards name their folder.
    let isFolder = (try? file.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
    let beside = URL(filePath: file.path + (isFolder ? "/weights" : "") + name)
    let environment = ProcessInfo.processInfo.environment
    let caches =
      folder ?? environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0 + "/fieldos") : nil }
      ?? environment["HOME"].map { URL(filePath: $0 + "/.cache/fieldos") }
    let number = String(Self.hash(file.standardizedFileURL.path.utf8), radix: 16)
    return [beside] + (caches.map { [$0.appending(path: "packed/\(file.lastPathComponent)-\(number)\(name)")] } ?? [])
  }

  /// The files that the tensors lie in, with their times and a look at their bytes, and which tensors make which weights.
  private static func key(_ source: WeightSource, _ type: ComputeType) -> String {
    var files: [String: MappedFile] = [:]
    for tensor in source.tensors.values { files[tensor.file.url.path] = tensor.file }
    let facts = files.sorted { $0.key < $1.key }.map { Self.facts($0.value) }
    let names = source.names.map { "\($0.key)=\($0.value.map { $0 ?? "0" }.joined(separator: "+"))" }.sorted()
    let table = String(hash(names.joined(separator: "\n").utf8), radix: 16)
    return (["\(type.rawValue) \(table)"] + facts).joined(separator: "\n")
  }

  /// A file's name, size, time, and a look at its bytes.
  private static func facts(_ file: MappedFile) -> String {
    var facts = stat()
    let time = stat(file.url.path, &facts) == 0 ? modified(facts) : "?"
    return "\(file.url.lastPathComponent) \(file.data.count) \(time) \(String(sample(of: file.data), radix: 16))"
  }

  /// A hash of sixteen pages, evenly spaced: two models of one shape differ in all of them, if their times should be equal.
  private static func sample(of bytes: Data) -> UInt64 {
    let (page, pages) = (4096, 16)
    let starts = (0..<pages).map { max(0, bytes.count - page) / (pages - 1) * $0 }
    return bytes.withUnsafeBytes { raw in  // Data's own iterator takes milliseconds
      starts.reduce(seed) { hash(raw[$1..<min(raw.count, $1 + page)], from: $0) }
    }
  }

  private static func modified(_ facts: stat) -> String {
    #if canImport(Darwin)
      "\(facts.st_mtimespec.tv_sec).\(facts.st_mtimespec.tv_nsec)"
    #else
      "\(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
    #endif
  }

  private static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

  /// FNV-1a, 64 bits.
  private static func hash(_ bytes: some Sequence<UInt8>, from seed: UInt64 = seed) -> UInt64 {
    bytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
