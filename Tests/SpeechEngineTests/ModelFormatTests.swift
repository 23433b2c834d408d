import Foundation
import SpeechEngine
import Testing

@Suite("Model formats")
struct ModelFormatTests {
  let folder: ScratchFolder
  let clip: AudioClip

  init() throws {
    folder = try ScratchFolder()
    var random = SplitMix(state: 3)
    clip = AudioClip(samples: (0..<16_000).map { _ in Float(random.next(below: 2001) - 1000) / 4000 })
  }

  func place(_ name: String) -> URL { folder.url.appending(path: name) }

  func cTranslate2(
    _ tiny: TinyModel, version: Int = 6, stored: Stored = .float32, int8: Bool = false, settings: [String: Any] = [:]
  ) throws -> URL {
    let url = place(UUID().uuidString)
    try tiny.writeCTranslate2(url, version: version, stored: stored, int8: int8, settings: settings)
    return url
  }

  func huggingFace(
    _ tiny: TinyModel, stored: Stored = .float32, shards: Int = 1, generation: [String: Any]? = nil
  ) throws -> URL {
    let url = place(UUID().uuidString)
    try tiny.writeHuggingFace(url, stored: stored, shards: shards, generation: generation)
    return url
  }

  func ggml(_ tiny: TinyModel, _ format: BlockFormat = .f32) throws -> URL {
    let url = place("ggml-\(UUID().uuidString).bin")
    try tiny.ggml(format).write(to: url)
    return url
  }

  /// What the model hears and says, compared bit for bit.
  struct Output: Equatable {
    let encoded: [Float]
    let tokens: [Int]
    let probability: [Float]
  }

  func output(_ url: URL, _ type: ComputeType = .float32) throws -> Output {
    let transcriber = try Transcriber(WhisperModel(contentsOf: url, computeType: type), threads: 1)
    var options = TranscriptionOptions()
    options.language = "en"
    options.beamSize = 1
    options.temperatures = [0]
    options.noSpeechThreshold = nil
    options.logProbThreshold = nil
    let segments = try transcriber.transcribe(clip, options).segments
    return Output(
      encoded: try transcriber.encode(clip), tokens: segments.flatMap(\.tokens), probability: segments.map(\.avgLogprob)
    )
  }

  @Test("the same weights give the same output from every file of floats") func floatFiles() throws {
    let tiny = TinyModel()
    let expected = try output(cTranslate2(tiny))
    #expect(!expected.tokens.isEmpty && expected.encoded.allSatisfy(\.isFinite))
    for version in [3, 4, 5] { #expect(try output(cTranslate2(tiny, version: version)) == expected, "v\(version)") }
    for stored in Stored.allCases {
      #expect(try output(cTranslate2(tiny, stored: stored)) == expected, "CTranslate2 \(stored)")
      #expect(try output(huggingFace(tiny, stored: stored)) == expected, "safetensors \(stored)")
    }
    #expect(try output(huggingFace(tiny, shards: 3)) == expected, "three shards")
    for format in [BlockFormat.f32, .f16] { #expect(try output(ggml(tiny, format)) == expected, "ggml \(format)") }
  }

  @Test("8-bit files give in 8 bits what float files do") func int8File() throws {
    let tiny = TinyModel()
    let stored = try output(cTranslate2(tiny, int8: true), .int8)
    #expect(!stored.tokens.isEmpty)
    let floats = try output(cTranslate2(tiny), .int8)
    #expect(try output(ggml(tiny), .int8) == floats)
    // Only the convolutions differ: 8 bits in one file, floats in the other.
    #expect(Self.distance(stored.encoded, floats.encoded) < 0.02)
    #expect(Self.distance(try output(cTranslate2(tiny, int8: true)).encoded, floats.encoded) < 0.02)
  }

  /// Root of the mean square of the difference over that of `b`.
  static func distance(_ a: [Float], _ b: [Float]) -> Float {
    let difference = zip(a, b).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / b.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  @Test(
    "blocks of ggml come back within a step and half a step in the mean",
    arguments: BlockFormat.allCases.filter(\.isBlock))
  func blocks(format: BlockFormat) throws {
    let tiny = TinyModel()
    let file = try GGMLFile(MappedFile(bytes: tiny.ggml(format), name: place("ggml-tiny.bin")))
    for tensor in tiny.tensors() where tensor.shape.count == 2 && !tensor.name.contains("positional") {
      let found = try #require(try file.tensors[tensor.name]?.floats())
      #expect(found.count == tensor.values.count)
      var (sum, steps): (Float, Float) = (0, 0)
      for start in stride(from: 0, to: found.count, by: 32) {
        let step = format.step(tensor.values[start..<start + 32])
        for i in start..<start + 32 {
          #expect(abs(found[i] - tensor.values[i]) <= 1.01 * step, "\(tensor.name) \(i)")
          sum += abs(found[i] - tensor.values[i])
        }
        steps += 32 * step
      }
      #expect(sum < 0.5 * steps, "\(tensor.name)")
    }
  }

  @Test(
    "models of quantised ggml files stay near the float model",
    arguments: zip([BlockFormat.q8_0, .q5_0, .q5_1, .q4_0, .q4_1], [Float(0.02), 0.2, 0.2, 0.4, 0.4]))
  func quantised(format: BlockFormat, bound: Float) throws {
    let tiny = TinyModel()
    let (exact, found) = try (output(ggml(tiny)), output(ggml(tiny, format)))
    let distance = Self.distance(found.encoded, exact.encoded)
    #expect(distance > 0 && distance < bound, "\(format): \(distance)")
  }

  @Test("English-only, 128 bands and distilled decoders load from every format") func shapes() throws {
    var english = TinyModel()
    english.isMultilingual = false
    var third = TinyModel(bands: 128)
    third.languages = 100
    let distilled = TinyModel(encoderLayers: 3, decoderLayers: 1)
    for tiny in [english, third, distilled] {
      let outputs = try [cTranslate2(tiny), huggingFace(tiny, shards: 2), ggml(tiny)].map { url in
        let model = try WhisperModel(contentsOf: url, computeType: .float32)
        #expect(model.isMultilingual == tiny.isMultilingual)
        #expect(model.shape.bands == tiny.bands && model.shape.vocabulary == tiny.vocabulary)
        #expect(model.shape.encoderLayers == tiny.encoderLayers && model.shape.decoderLayers == tiny.decoderLayers)
        return try output(url)
      }
      #expect(outputs.allSatisfy { $0 == outputs[0] })
    }
  }

  @Test("tokenizers rebuilt from each format agree, steering tokens included") func tokenizers() throws {
    let tiny = TinyModel(languages: 100)
    let models = try [cTranslate2(tiny), huggingFace(tiny), ggml(tiny)].map { try WhisperModel(contentsOf: $0) }
    for model in models {
      #expect(model.tokenizer.encode(" hethe<|en|>he<|1.50|>") == [257, 258, 262, 256, 262 + 106 + 75])
      #expect(model.tokenizer.special("<|notimestamps|>") == 261 + 100 + 6)
      #expect(model.tokenizer.decode([258, 257, 262]) == "the he" && model.tokenizer.bytes(of: 256) == [104, 101])
      #expect(model.suppressedTokens == models[0].suppressedTokens)
    }
    #expect(models[1].languages == models[2].languages && models[2].languages.count == 100)
  }

  @Test("alignment heads come from Hugging Face's generation settings, else the last half of the layers counts")
  func alignmentHeads() throws {
    let tiny = TinyModel()
    let listed = try huggingFace(tiny, generation: ["alignment_heads": [[1, 1], [0, 0], [5, 5]]])
    #expect(
      try WhisperModel(contentsOf: listed).alignmentHeads == [.init(layer: 1, head: 1), .init(layer: 0, head: 0)])
    let lastHalf = [AlignmentHead(layer: 1, head: 0), AlignmentHead(layer: 1, head: 1)]
    for url in try [huggingFace(tiny), ggml(tiny), cTranslate2(tiny)] {
      #expect(try WhisperModel(contentsOf: url).alignmentHeads == lastHalf)
    }
  }

  @Test("a folder with one ggml file is that model, with two it is refused") func ggmlFolder() throws {
    let tiny = TinyModel()
    let url = place("whisper")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try tiny.ggml().write(to: url.appending(path: "ggml-a.bin"))
    #expect(try WhisperModel(contentsOf: url).shape.width == 32)
    try tiny.ggml().write(to: url.appending(path: "ggml-b.bin"))
    #expect(throws: ModelError.severalModels(url, names: ["ggml-a.bin", "ggml-b.bin"])) {
      try WhisperModel(contentsOf: url)
    }
  }

  @Test("files that can't be read are refused with a remedy") func remedies() throws {
    let url = place("old")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let weights = url.appending(path: "pytorch_model.bin")
    try Data([0x80, 2]).write(to: weights)
    let error = #expect(throws: ModelError.self) { try WhisperModel(contentsOf: url) }
    #expect(error == .pickled(weights) && error?.message.contains("safetensors") == true)
    #expect(throws: ModelError.notAFolder(weights)) { try WhisperModel(contentsOf: weights) }
  }
}
