import Foundation

/// All that the files of a model say, whatever their format.
struct ModelDescription {
  let source: WeightSource
  let shape: ModelShape
  let tokenizer: Tokenizer
  /// The file that an error about the tokens names.
  let vocabularyFile: URL
  let isMultilingual: Bool
  /// Pairs of decoder layer and head, unchecked; nil where the files list none.
  let alignmentHeads: [[Int]]?
  /// Ids that must not come first; nil where the files don't say.
  let suppressedFirst: [Int]?
}

/// What a path that a person gave stands for.
enum ModelPlace {
  case cTranslate2(folder: URL)
  case huggingFace(folder: URL, files: [URL])
  case ggml(file: URL)

  init(_ url: URL) throws(ModelError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { throw .notFound(url) }
    self = isFolder.boolValue ? try Self.folder(url) : try Self.file(url)
  }

  private static func file(_ url: URL) throws(ModelError) -> ModelPlace {
    let bytes = try MappedFile(contentsOf: url).data.prefix(4)
    if bytes.elementsEqual(GGMLFile.magic) { return .ggml(file: url) }
    throw .notAFolder(url)
  }

  private static func folder(_ url: URL) throws(ModelError) -> ModelPlace {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
    } catch {
      throw .badFile(url, reason: "can't be listed (\((error as NSError).localizedDescription))")
    }
    if names.contains("model.bin") { return .cTranslate2(folder: url) }
    if let files = try safetensors(url, names) { return .huggingFace(folder: url, files: files) }
    let ggml = names.filter { $0.hasPrefix("ggml-") && $0.hasSuffix(".bin") }
    guard ggml.count <= 1 else { throw .severalModels(url, names: ggml) }
    if let file = ggml.first { return .ggml(file: url.appending(path: file)) }
    if let file = names.first(where: { $0.hasPrefix("pytorch_model") || $0.hasSuffix(".pt") }) {
      throw .pickled(url.appending(path: file))
    }
    throw .missingFile(url.appending(path: "model.bin"))
  }

  /// The weights of a Hugging Face folder; nil where it has none.
  private static func safetensors(_ folder: URL, _ names: [String]) throws(ModelError) -> [URL]? {
    let index = "model.safetensors.index.json"
    if names.contains("model.safetensors") { return [folder.appending(path: "model.safetensors")] }
    if names.contains(index) {
      return try SafetensorsShards.files(index: MappedFile(contentsOf: folder.appending(path: index)))
    }
    let files = names.filter { $0.hasSuffix(".safetensors") }
    guard files.count <= 1 else { throw .missingFile(folder.appending(path: index)) }
    return files.isEmpty ? nil : files.map { folder.appending(path: $0) }
  }

  /// - Parameter cache: where the vocabulary is kept; nil: nowhere.
  func describe(_ cache: PackedCache?) throws(ModelError) -> ModelDescription {
    switch self {
    case .cTranslate2(let folder): try CTranslate2Folder(folder).describe(cache)
    case .huggingFace(let folder, let files): try HuggingFaceFolder(folder).describe(files, cache)
    case .ggml(let file): try ModelDescription(ggml: MappedFile(contentsOf: file), cache)
    }
  }
}

extension ModelDescription {
  /// A whisper.cpp file holds all of it but the steering tokens, the heads and the ids that must not come first.
  init(ggml file: MappedFile, _ cache: PackedCache?) throws(ModelError) {
    let ggml = try GGMLFile(file)
    source = try ggml.source()
    shape = try ModelShape(reading: source, bands: ggml.header.bands)
    try ggml.header.check(shape, file.url)
    // Files made from Hugging Face's English models hold <|endoftext|> among the text tokens.
    let end = ggml.tokens.firstIndex(of: Array("<|endoftext|>".utf8)) ?? ggml.tokens.count
    let added = try SpecialTokens.layout(endOfText: end, vocabulary: shape.vocabulary, file.url)
    tokenizer = try PackedCache.vocabulary(cache, [file]) {
      let tokenizer = Tokenizer(ranked: ggml.tokens, added: added)
      return ModelVocabulary(
        tokenizer: tokenizer, file: file.url, listed: ggml.tokens.count, listsEmptyToken: tokenizer.hasEmptyToken)
    }.tokenizer
    vocabularyFile = file.url
    isMultilingual = tokenizer.hasEmptyToken || shape.vocabulary >= 51_865
    alignmentHeads = shape.publishedAlignmentHeads
    suppressedFirst = nil
  }
}

extension GGMLFile.Header {
  /// The numbers of the header and the shapes of the tensors must tell of the same model.
  func check(_ shape: ModelShape, _ url: URL) throws(ModelError) {
    let stated = [vocabulary, audioPositions, audioWidth, textPositions, textWidth]
    let found = [shape.vocabulary, shape.audioPositions, shape.width, shape.textPositions, shape.width]
    guard stated == found else {
      throw .badFile(url, reason: "its header says \(stated) where its tensors say \(found)")
    }
  }
}

/// Reads the small JSON files beside the weights.
enum ModelSettings {
  static func decode<T: Decodable>(_ type: T.Type, _ file: MappedFile) throws(ModelError) -> T {
    let bytes = try file.small()
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw .badFile(file.url, reason: ModelError.summary(of: error))
    }
  }

  static func decodeIfThere<T: Decodable>(_ type: T.Type, _ url: URL) throws(ModelError) -> T? {
    FileManager.default.fileExists(atPath: url.path) ? try decode(type, MappedFile(contentsOf: url)) : nil
  }

  private struct Preprocessor: Decodable {
    let feature_size: Int?
    let hop_length: Int?
    let n_fft: Int?
    let sampling_rate: Int?
    let chunk_length: Int?
  }

  /// Mel bands that `preprocessor_config.json` states, if it is there; other features than Whisper's are refused.
  static func bands(_ folder: URL) throws(ModelError) -> Int? {
    let url = folder.appending(path: "preprocessor_config.json")
    return FileManager.default.fileExists(atPath: url.path) ? try bands(in: MappedFile(contentsOf: url)) : nil
  }

  static func bands(in file: MappedFile) throws(ModelError) -> Int? {
    let (url, settings) = (file.url, try decode(Preprocessor.self, file))
    let standard =
      (settings.hop_length ?? 160, settings.n_fft ?? 400, settings.sampling_rate ?? 16_000) == (160, 400, 16_000)
    guard standard, (settings.chunk_length ?? 30) == 30 else {
      throw .unsupported(url, what: "feature settings other than Whisper's (16 kHz, 400, 160, 30 s)")
    }
    guard let bands = settings.feature_size else { return nil }
    guard (1...512).contains(bands) else { throw .unsupported(url, what: "\(bands) mel bands (80 and 128 are known)") }
    return bands
  }
}
