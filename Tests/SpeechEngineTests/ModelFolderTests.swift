import Foundation
import SpeechEngine
import Testing

@Suite("Loading model folders")
struct ModelFolderTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// A copy of the demo model with one file changed.
  func damaged(_ file: String, _ change: (inout Data) -> Void) throws -> URL {
    let copy = folder.url.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: Goldens.demo, to: copy)
    let target = copy.appending(path: file)
    var data = try Data(contentsOf: target)
    change(&data)
    try data.write(to: target)
    return copy
  }

  func failure(_ folder: URL) -> ModelError? {
    #expect(throws: ModelError.self) { try WhisperModel(folder: folder) }
  }

  @Test("the shipped model loads in both compute types", arguments: ComputeType.allCases) func loads(type: ComputeType)
    throws
  {
    let model = try WhisperModel(folder: Goldens.demo, computeType: type)
    #expect(model.shape.width == 256 && model.shape.vocabulary == 2509 && !model.isMultilingual)
    #expect(model.languages == ["en"])
  }

  @Test("alignment heads come from config.json") func alignmentHeads() throws {
    let heads = try WhisperModel(folder: Goldens.demo).alignmentHeads
    #expect(heads == (1...2).flatMap { layer in (0..<4).map { AlignmentHead(layer: layer, head: $0) } })
  }

  @Test(
    "alignment heads that the model lacks are left out; without any, the last half of the layers counts",
    arguments: [("[[2, 3], [9, 0], [0, 4], [-1, 0], [1]]", 1), ("[[7, 0]]", 8), ("[]", 8), ("null", 8)])
  func unknownAlignmentHeads(list: String, count: Int) throws {
    let copy = try damaged("config.json") { $0 = Data("{\"alignment_heads\": \(list)}".utf8) }
    let model = try WhisperModel(folder: copy)
    #expect(model.alignmentHeads.count == count && model.alignmentHeads.last == AlignmentHead(layer: 2, head: 3))
  }

  @Test("a truncated model.bin is refused wherever it was cut", arguments: [0, 3, 20, 5_000, 1_000_000, 9_172_900])
  func truncated(length: Int) throws {
    let copy = try damaged("model.bin") { $0 = $0.prefix(length) }
    guard case .truncated(let url, let missing) = failure(copy) else {
      Issue.record("not refused as truncated")
      return
    }
    #expect(url.lastPathComponent == "model.bin" && missing > 0)
  }

  @Test("bytes behind the end are refused") func oversized() throws {
    let copy = try damaged("model.bin") { $0 += Data(count: 7) }
    #expect(failure(copy) == .oversized(copy.appending(path: "model.bin"), extraBytes: 7))
  }

  @Test("an unknown format version is refused") func version() throws {
    let copy = try damaged("model.bin") { $0[0] = 99 }
    guard case .unsupported(_, let what) = failure(copy) else { Issue.record("not refused as unsupported"); return }
    #expect(what.contains("99"))
  }

  @Test("a vocabulary of another size is refused") func vocabulary() throws {
    let copy = try damaged("vocabulary.json") { data in
      var list = (try? JSONDecoder().decode([String].self, from: data)) ?? []
      list.removeLast()
      data = (try? JSONEncoder().encode(list)) ?? data
    }
    #expect(failure(copy) == .vocabularyMismatch(copy.appending(path: "vocabulary.json"), tokens: 2508, model: 2509))
  }

  @Test(
    "files that are no JSON are refused by name",
    arguments: ["config.json", "tokenizer.json", "vocabulary.json", "preprocessor_config.json"])
  func garbage(file: String) throws {
    let copy = try damaged(file) { $0 = Data("{ not json".utf8) }
    #expect(failure(copy)?.message.contains(file) == true)
  }

  @Test("missing files are refused by name", arguments: ["model.bin", "config.json", "vocabulary.json"])
  func missing(file: String) throws {
    let copy = try damaged("config.json") { _ in }
    try FileManager.default.removeItem(at: copy.appending(path: file))
    #expect(failure(copy)?.message.contains(file.split(separator: ".")[0]) == true)
  }

  @Test("impossible numbers of mel bands are refused", arguments: ["9223372036854775807", "-1", "0", "513"])
  func bands(value: String) throws {
    let copy = try damaged("preprocessor_config.json") { $0 = Data("{\"feature_size\": \(value)}".utf8) }
    #expect(failure(copy)?.message.contains("mel bands") == true)
  }

  @Test("a vocabulary that says multilingual without language tokens is refused") func noLanguages() throws {
    let copy = try damaged("vocabulary.json") { data in
      var list = (try? JSONDecoder().decode([String].self, from: data)) ?? []
      list[5] = ""
      data = (try? JSONEncoder().encode(list)) ?? data
    }
    #expect(failure(copy) == .missingToken("<|en|>"))
  }

  @Test("weights that are not numbers are refused") func notNumbers() throws {
    let copy = try damaged("model.bin") { data in
      let name = Data("encoder/layer_norm/gamma".utf8)
      guard let at = data.range(of: name)?.upperBound else { return }
      // Behind the name: NUL, rank, one extent, type, byte count, values.
      data.replaceSubrange(at + 11..<at + 15, with: [0, 0, 0xC0, 0x7F])
    }
    #expect(failure(copy)?.message.contains("encoder/layer_norm/gamma") == true)
  }

  @Test("no flipped byte of the header can crash the loader") func fuzz() throws {
    let good = try Data(contentsOf: Goldens.demo.appending(path: "model.bin"))
    let copy = try damaged("config.json") { _ in }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<60 {
      var bytes = good
      for _ in 0..<3 { bytes[Int.random(in: 0..<400, using: &random)] = UInt8.random(in: 0...255, using: &random) }
      try bytes.write(to: copy.appending(path: "model.bin"))
      _ = try? WhisperModel(folder: copy)
    }
  }

  @Test("silence and a single sample transcribe to nothing or something, never crash", arguments: [1, 160, 8_000])
  func degenerate(samples: Int) throws {
    let transcriber = try Transcriber(WhisperModel(folder: Goldens.demo))
    let result = try transcriber.transcribe(AudioClip(samples: Array(repeating: 0, count: samples)))
    #expect(result.segments.allSatisfy { !$0.text.isEmpty })
  }

  @Test("faster-whisper's names of compute types are all known") func computeTypes() {
    let names = [
      "int8", "int8_float32", "int8_bfloat16", "int8_float16", "int16", "bfloat16", "float16", "float32", "auto",
      "default",
    ]
    #expect(names.allSatisfy { ComputeType.nearest(to: $0) != nil })
    #expect(ComputeType.nearest(to: "int4") == nil)
  }
}
