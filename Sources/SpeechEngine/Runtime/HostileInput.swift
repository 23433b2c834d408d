package import Foundation

/// The readers of bytes from outside, each from memory and as far as its result is used: what `Tools/fuzz` and the replay
/// of its corpus call. Whatever the bytes, a reader returns or throws.
package enum HostileInput: String, CaseIterable, Sendable {
  /// A recording.
  case wav
  /// A CTranslate2 `model.bin`; its weights are read in both compute types.
  case model
  /// Weights as Hugging Face saves them; in both compute types where they are a Whisper model of one layer a side.
  case safetensors
  /// A whisper.cpp model.
  case ggml
  /// Weights that were packed before, of a source named `fuzz`.
  case packed
  /// Silero's network, or another one.
  case onnx
  /// `tokenizer.json`, a zero byte, then text to encode; without a zero byte only the text is missing.
  case tokenizer
  /// A first character that names the file (see `readSettings`), then what the file holds.
  case json

  package func read(_ bytes: Data) throws {
    switch self {
    case .wav: try Self.readRecording(bytes)
    case .model: try Self.readModel(Self.file(bytes, "model.bin"))
    case .safetensors: try Self.readSafetensors(Self.file(bytes, "model.safetensors"))
    case .ggml: try Self.readGGML(Self.file(bytes, "ggml-model.bin"))
    case .packed: try Self.readPacked(bytes)
    case .onnx: try Self.readONNX(bytes)
    case .tokenizer: try Self.readTokenizer(bytes)
    case .json: try Self.readSettings(bytes)
    }
  }

  /// What errors name; made once, for a URL takes longer to make than most readers take.
  private static let urls = Dictionary(
    uniqueKeysWithValues: [
      "recording.wav", "model.bin", "model.safetensors", "ggml-model.bin", "silero.onnx", "tokenizer.json",
      "config.json", "generation_config.json", "preprocessor_config.json", "vocabulary.json", "vocabulary.txt",
      "vocab.json", "merges.txt", "added_tokens.json", "model.safetensors.index.json",
    ].map { ($0, URL(filePath: "/" + $0)) })

  private static func url(_ name: String) -> URL { urls[name] ?? URL(filePath: "/" + name) }

  private static func file(_ bytes: Data, _ name: String) -> MappedFile { MappedFile(bytes: bytes, name: url(name)) }
}

// MARK: - Recordings

extension HostileInput {
  /// In $TMPDIR, for the recordings' reader takes open files; `Tools/fuzz/run.sh` points it to memory.
  private static let template = Array((NSTemporaryDirectory() + "/fieldos-XXXXXX").utf8CString)

  private static func readRecording(_ bytes: Data) throws {
    let file = try open(bytes)
    if let right = try? AudioFile(wav: file, allowTruncated: false, maximumSeconds: 1, channel: 2) {
      _ = try right.samples()
    }
    let recording = try AudioFile(wav: file, allowTruncated: true, maximumSeconds: 3600)
    let samples = try recording.samples()
    precondition(!samples.isEmpty && samples.allSatisfy(\.isFinite))
    let second = try recording.samples(samples.count / 2..<samples.count)
    precondition(second.elementsEqual(samples.suffix(second.count)))
  }

  /// The bytes as a file without a name.
  private static func open(_ bytes: Data) throws -> OpenFile {
    var name = template
    let descriptor = mkstemp(&name)
    unlink(name)
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == bytes.count else { throw AudioError.unreadable(url("recording.wav"), reason: "no room") }
    return OpenFile(descriptor: descriptor, size: bytes.count, url: url("recording.wav"))
  }
}

// MARK: - Weights

extension HostileInput {
  private static func readModel(_ file: MappedFile) throws {
    let source = try CTranslate2File(file).source()
    try checkNumbers(source.tensors)
    try readWeights(source)
  }

  private static func readSafetensors(_ file: MappedFile) throws {
    let tensors = try SafetensorsFile(file).tensors
    try checkNumbers(tensors)
    guard tensors["encoder.conv1.weight"] != nil else { return }
    let names = TensorNames.huggingFace(prefix: "", projection: "decoder.embed_tokens.weight")
    let layers = WeightSource.LayerCounts(encoder: 1, decoder: 1, encoderHeads: 1, decoderHeads: 1)
    try readWeights(
      WeightSource(
        url: file.url, tensors: tensors, names: names.table(encoderLayers: 1, decoderLayers: 1), layers: layers))
  }

  private static func readGGML(_ file: MappedFile) throws {
    let tensors = try GGMLFile(file).tensors
    try checkNumbers(tensors)
    for type in ComputeType.allCases {
      let model = try WhisperModel(ggml: file.data, name: file.url, computeType: type)
      precondition(model.tokenizer.encode("ab abé").allSatisfy((0..<model.shape.vocabulary).contains))
      precondition(model.suppressedTokens.allSatisfy((0..<model.shape.vocabulary).contains))
    }
  }

  /// With one mel band, so that a whole model fits into a few kilobytes.
  private static func readWeights(_ source: WeightSource) throws {
    let shape = try ModelShape(reading: source, bands: 1)
    for type in ComputeType.allCases {
      let weights = try ModelWeights(WeightReader(source: source, computeType: type), shape)
      precondition(weights.encoderLayers.count == shape.encoderLayers)
    }
  }

  /// Every tensor that a reader returns can be read, or throws.
  private static func checkNumbers(_ tensors: [String: Tensor]) throws {
    for tensor in tensors.values {
      guard let numbers = try? tensor.floats() else { continue }
      precondition(numbers.count == tensor.count)
    }
  }

  /// Every byte that a part promises is there.
  private static func readPacked(_ bytes: Data) throws {
    guard let file = PackedFile(bytes: bytes, source: "fuzz") else {
      throw ModelError.badFile(url("model.bin"), reason: "no packed weights")
    }
    for (name, part) in file.parts {
      guard let values: ByteBuffer = file.buffer(name, count: part.bytes) else { continue }
      _ = UnsafeBufferPointer(start: values.base, count: values.count).reduce(0) { $0 ^ $1 }
      let numbers: FloatBuffer? = file.buffer(name, count: part.bytes / 4)
      precondition(part.bytes % 4 != 0 || numbers != nil)
    }
    if let words = ModelVocabulary(file, files: [Self.file(Data(), "tokenizer.json")]) {
      use(words.tokenizer, "ab abé")
    }
  }

  private static func readONNX(_ bytes: Data) throws {
    let file = try ONNXFile(bytes: [UInt8](bytes), name: url("silero.onnx"))
    for (name, tensor) in file.tensors {
      guard let count = Tensor.count(of: tensor.shape) else { continue }
      let numbers = try file.floats(name, shape: tensor.shape)
      precondition(numbers.count == count)
    }
    _ = try? SileroWeights(file)
  }
}

// MARK: - Text

extension HostileInput {
  private static func readTokenizer(_ bytes: Data) throws {
    let json = bytes.prefix { $0 != 0 }
    let text = String(decoding: bytes.dropFirst(json.count + 1), as: UTF8.self)
    let tokenizer = try Tokenizer(json: file(json, "tokenizer.json"))
    use(tokenizer, text)
    let isMultilingual = tokenizer.special("<|en|>") != nil
    _ = SuppressedTokens.standard(tokenizer, try SpecialTokens(tokenizer, isMultilingual: isMultilingual))
  }

  private static func use(_ tokenizer: Tokenizer, _ text: String) {
    let ids = tokenizer.encode(text)
    precondition(ids.allSatisfy((0..<tokenizer.count).contains))
    _ = tokenizer.decode(ids + [-1, tokenizer.count])
  }

  private static func readSettings(_ bytes: Data) throws {
    let body = Data(bytes.dropFirst())
    switch bytes.first {
    case UInt8(ascii: "c"): _ = try ModelSettings.decode(CTranslate2Folder.Config.self, file(body, "config.json"))
    case UInt8(ascii: "h"): _ = try ModelSettings.decode(HuggingFaceFolder.Config.self, file(body, "config.json"))
    case UInt8(ascii: "g"):
      _ = try ModelSettings.decode(HuggingFaceFolder.Generation.self, file(body, "generation_config.json"))
    case UInt8(ascii: "p"): _ = try ModelSettings.bands(in: file(body, "preprocessor_config.json"))
    case UInt8(ascii: "i"): _ = try SafetensorsShards.files(index: file(body, "model.safetensors.index.json"))
    case UInt8(ascii: "t"): _ = try CTranslate2Folder.tokens(file(body, "vocabulary.txt"))
    case UInt8(ascii: "b"): try readParts(body)
    default: _ = try CTranslate2Folder.tokens(file(body, "vocabulary.json"))
    }
  }

  /// `vocab.json`, `merges.txt` and `added_tokens.json`, a zero byte between them; without the last, the steering tokens
  /// don't fit.
  private static func readParts(_ bytes: Data) throws {
    let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
    let tokenizer = try Tokenizer(
      vocabulary: file(parts[0], "vocab.json"), merges: file(parts.count > 1 ? parts[1] : Data(), "merges.txt"),
      added: parts.count > 2 ? file(parts[2], "added_tokens.json") : nil, modelVocabulary: 0)
    precondition(tokenizer.encode("ab abé").allSatisfy((0..<tokenizer.count).contains))
  }
}
