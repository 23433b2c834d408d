public import Foundation

/// A Whisper model in memory: immutable, shared freely between decodings.
public struct WhisperModel: Sendable {
  public let shape: ModelShape
  public let tokenizer: Tokenizer
  public let computeType: ComputeType
  /// False for models that know English only.
  public let isMultilingual: Bool
  /// Codes of the languages that the model knows; `["en"]` for English-only models.
  public var languages: [String] { isMultilingual ? Language.codes.filter { special.languages[$0] != nil } : ["en"] }
  /// Ids that transcripts leave out by default: speaker tags, brackets, musical notes, steering tokens.
  public var suppressedTokens: [Int] { SuppressedTokens.standard(tokenizer, special).sorted() }
  /// The folder that the model came from.
  public let folder: URL
  /// The heads that word timestamps are read from: the model's own list without those that it doesn't have, else every
  /// head of the last half of the decoder's layers.
  public let alignmentHeads: [AlignmentHead]
  let special: SpecialTokens
  let weights: ModelWeights
  /// Token ids that must not come first: blank and end of text.
  let suppressedFirst: [Int]

  /// Loads a faster-whisper (CTranslate2) model folder: `model.bin`, `config.json`, `tokenizer.json`, `vocabulary.*` and,
  /// where present, `preprocessor_config.json` (else 80 mel bands).
  /// - Throws: `ModelError`, naming the file and what is wrong with it.
  public init(folder: URL, computeType: ComputeType = .int8) throws(ModelError) {
    self.folder = folder
    self.computeType = computeType
    let files = try ModelFolder(folder)
    let reader = WeightReader(file: try CTranslate2File(contentsOf: files.modelBin), computeType: computeType)
    shape = try ModelShape(reading: reader.file, bands: files.bands)
    tokenizer = try Tokenizer(contentsOf: files.tokenizer)
    let vocabulary = try files.readVocabulary()
    guard vocabulary.count == shape.vocabulary else {
      throw .vocabularyMismatch(files.vocabulary, tokens: vocabulary.count, model: shape.vocabulary)
    }
    guard tokenizer.count <= shape.vocabulary else {
      throw .vocabularyMismatch(files.tokenizer, tokens: tokenizer.count, model: shape.vocabulary)
    }
    isMultilingual = vocabulary.contains("")
    special = try SpecialTokens(tokenizer, isMultilingual: isMultilingual)
    weights = try ModelWeights(reader, shape)
    alignmentHeads = shape.alignmentHeads(listed: files.alignmentHeads)
    suppressedFirst = files.suppressedFirst.filter { (0..<vocabulary.count).contains($0) }
  }
}

/// The small files beside `model.bin`.
struct ModelFolder {
  let modelBin: URL
  let tokenizer: URL
  let vocabulary: URL
  let bands: Int
  let suppressedFirst: [Int]
  /// Pairs of decoder layer and head, unchecked.
  let alignmentHeads: [[Int]]?

  private struct Config: Decodable {
    let alignment_heads: [[Int]]?
    let suppress_ids_begin: [Int]?
  }
  private struct Preprocessor: Decodable {
    let feature_size: Int?
    let hop_length: Int?
    let n_fft: Int?
    let sampling_rate: Int?
    let chunk_length: Int?
  }

  init(_ folder: URL) throws(ModelError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) else { throw .notFound(folder) }
    guard isFolder.boolValue else { throw .notAFolder(folder) }
    modelBin = folder.appending(path: "model.bin")
    tokenizer = folder.appending(path: "tokenizer.json")
    let json = folder.appending(path: "vocabulary.json")
    let text = folder.appending(path: "vocabulary.txt")
    vocabulary = FileManager.default.fileExists(atPath: json.path) ? json : text
    let config = folder.appending(path: "config.json")
    for file in [modelBin, tokenizer, vocabulary, config] where !FileManager.default.fileExists(atPath: file.path) {
      throw .missingFile(file)
    }
    let settings = try Self.decode(Config.self, config)
    suppressedFirst = settings.suppress_ids_begin ?? []
    alignmentHeads = settings.alignment_heads
    bands = try Self.readBands(folder.appending(path: "preprocessor_config.json"))
  }

  private static func readBands(_ url: URL) throws(ModelError) -> Int {
    guard FileManager.default.fileExists(atPath: url.path) else { return 80 }
    let settings = try decode(Preprocessor.self, url)
    let standard =
      (settings.hop_length ?? 160, settings.n_fft ?? 400, settings.sampling_rate ?? 16_000) == (160, 400, 16_000)
    guard standard, (settings.chunk_length ?? 30) == 30 else {
      throw .unsupported(url, what: "feature settings other than Whisper's (16 kHz, 400, 160, 30 s)")
    }
    let bands = settings.feature_size ?? 80
    guard (1...512).contains(bands) else { throw .unsupported(url, what: "\(bands) mel bands (80 and 128 are known)") }
    return bands
  }

  /// Tokens by id: `vocabulary.json` is an array, `vocabulary.txt` has one a line.
  func readVocabulary() throws(ModelError) -> [String] {
    if vocabulary.pathExtension == "json" { return try Self.decode([String].self, vocabulary) }
    do {
      let text = try String(contentsOf: vocabulary, encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      return lines.last == "" ? lines.dropLast() : lines
    } catch {
      throw .badFile(vocabulary, reason: ModelError.summary(of: error))
    }
  }

  private static func decode<T: Decodable>(_ type: T.Type, _ url: URL) throws(ModelError) -> T {
    do {
      return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    } catch {
      throw .badFile(url, reason: ModelError.summary(of: error))
    }
  }
}
