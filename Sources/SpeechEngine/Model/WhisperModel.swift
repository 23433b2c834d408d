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
  /// The folder or file that the model came from.
  public let folder: URL
  /// The heads that word timestamps are read from: the model's own list (for whisper.cpp files that of OpenAI's model of
  /// this shape) without heads that it doesn't have, else every head of the last half of the decoder's layers.
  public let alignmentHeads: [AlignmentHead]
  let special: SpecialTokens
  let weights: ModelWeights
  /// Token ids that must not come first: blank and end of text.
  let suppressedFirst: [Int]

  /// Loads a model in any of the forms that Whisper models come in:
  /// - a CTranslate2 (faster-whisper) folder: `model.bin`, `config.json`, `vocabulary.*` and, where present,
  ///   `tokenizer.json` and `preprocessor_config.json`;
  /// - a Hugging Face folder: `model.safetensors` or its shards, `config.json`, `tokenizer.json` or `vocab.json` with
  ///   `merges.txt`, and, where present, `generation_config.json`;
  /// - a whisper.cpp file `ggml-*.bin`, or a folder that holds one.
  ///
  /// Weights of any stored type are converted to `computeType`, tensor by tensor; those of larger models are kept as the
  /// kernels want them in a file beside the model (`model.bin.fieldos-int8`), which the next start only maps, and so are
  /// larger vocabularies (`tokenizer.json.fieldos-vocabulary`).
  /// - Parameter cache: where converted weights are kept; nil: nowhere.
  /// - Throws: `ModelError`, naming the file and what is wrong with it.
  public init(
    contentsOf url: URL, computeType: ComputeType = .int8, cache: PackedCache? = .standard
  ) throws(ModelError) {
    try self.init(ModelPlace(url).describe(cache), folder: url, computeType: computeType, cache)
  }

  /// The same; `folder` may name a whisper.cpp file too.
  public init(folder: URL, computeType: ComputeType = .int8) throws(ModelError) {
    try self.init(contentsOf: folder, computeType: computeType)
  }

  /// Loads a whisper.cpp model that is in memory.
  package init(ggml bytes: Data, name: URL, computeType: ComputeType = .int8) throws(ModelError) {
    try self.init(
      ModelDescription(ggml: MappedFile(bytes: bytes, name: name), nil), folder: name, computeType: computeType, nil)
  }

  private init(
    _ files: ModelDescription, folder: URL, computeType: ComputeType, _ cache: PackedCache?
  ) throws(ModelError) {
    self.folder = folder
    self.computeType = computeType
    shape = files.shape
    tokenizer = files.tokenizer
    isMultilingual = files.isMultilingual
    guard tokenizer.count <= shape.vocabulary else {
      throw .vocabularyMismatch(files.vocabularyFile, tokens: tokenizer.count, model: shape.vocabulary)
    }
    special = try SpecialTokens(tokenizer, isMultilingual: isMultilingual)
    if let cache {
      weights = try cache.weights(files.source, shape, computeType)
    } else {
      weights = try ModelWeights(WeightReader(source: files.source, computeType: computeType), shape)
    }
    alignmentHeads = shape.alignmentHeads(listed: files.alignmentHeads)
    let first = files.suppressedFirst ?? tokenizer.encode(" ") + [special.endOfText]
    suppressedFirst = first.filter { [vocabulary = shape.vocabulary] in (0..<vocabulary).contains($0) }
  }
}
