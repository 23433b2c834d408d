import Foundation
import SpeechEngine
import Testing

@Suite("Packed vocabularies")
struct PackedVocabularyTests {
  let scratch: ScratchFolder
  let model: URL
  private var cache: PackedCache { PackedCache(leastBytes: 0, folder: scratch.url.appending(path: "caches")) }
  private var packed: URL { model.appending(path: "tokenizer.json.fieldos-vocabulary") }

  init() throws {
    scratch = try ScratchFolder()
    model = scratch.url.appending(path: "model")
    try FileManager.default.copyItem(at: Goldens.demo, to: model)
  }

  /// All that a vocabulary can say of itself.
  private struct Words: Equatable {
    let ids: [[Int]]
    let texts: [String]
    let suppressed: [Int]
    let isMultilingual: Bool

    init(_ model: WhisperModel) {
      let texts = ["Two bags of mulch, $18.50 each.", " Ünïcode — «quotes» 100%", "<|en|>a<|notimestamps|>", "♪♪ [[ "]
      ids = texts.map(model.tokenizer.encode)
      self.texts = (-1...model.tokenizer.count).map { model.tokenizer.decode([$0]) }
      suppressed = model.suppressedTokens
      isMultilingual = model.isMultilingual
    }
  }

  private func words(cache: PackedCache?) throws -> Words {
    let words = try Words(WhisperModel(contentsOf: model, computeType: .int8, cache: cache))
    PackedCache.settle()
    return words
  }

  @Test("the second start maps what the first has written, and says the same") func secondStart() throws {
    let plain = try words(cache: nil)
    #expect(!FileManager.default.fileExists(atPath: packed.path))
    #expect(try words(cache: cache) == plain)
    let before = try Data(contentsOf: packed)
    #expect(try words(cache: cache) == plain)
    #expect(try Data(contentsOf: packed) == before)  // made anew, its tables would have other seeds
  }

  @Test("without the tokenizer's own files it is kept, too") func rebuilt() throws {
    try FileManager.default.removeItem(at: model.appending(path: "tokenizer.json"))
    let plain = try words(cache: nil)
    #expect(try words(cache: cache) == plain)
    #expect(try words(cache: cache) == plain)
    #expect(FileManager.default.fileExists(atPath: model.appending(path: "vocabulary.json.fieldos-vocabulary").path))
  }

  @Test("one that was cut is made again", arguments: [0, 7, 15, 900, 20_000]) func cut(length: Int) throws {
    let plain = try words(cache: cache)
    let whole = try Data(contentsOf: packed)
    try whole.prefix(length).write(to: packed)
    #expect(try words(cache: cache) == plain)
    #expect(try Data(contentsOf: packed).count == whole.count)
  }

  @Test(
    "tables that point out of each other are made again", arguments: ["tokens/starts", "tokens/slots", "merges/slots"])
  func pointsOutside(table: String) throws {
    let plain = try words(cache: cache)
    var bytes = try Data(contentsOf: packed)
    let part = try #require(try PackedParts(bytes).offsets[table])
    bytes.replaceSubrange(part..<part + 16, with: Data(count: 12) + Data([0xFF, 0xFF, 0xFF, 0x7F]))
    try bytes.write(to: packed)
    #expect(try words(cache: cache) == plain)
    #expect(try Data(contentsOf: packed) != bytes)
  }

  @Test("when a file of the tokenizer changes, so does what is kept") func changed() throws {
    _ = try words(cache: cache)
    let first = try Data(contentsOf: packed)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: model.appending(path: "vocabulary.json").path)
    _ = try words(cache: cache)
    #expect(try Data(contentsOf: packed) != first)
  }
}

/// Where the parts of a packed file lie, read from its header.
private struct PackedParts: Decodable {
  struct Part: Decodable {
    let name: String
    let offset: Int
  }
  let parts: [Part]
  var offsets: [String: Int] { Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.offset) }) }

  init(_ file: Data) throws {
    let length = file[8..<16].reversed().reduce(0) { $0 << 8 | Int($1) }
    self = try JSONDecoder().decode(PackedParts.self, from: file[16..<16 + length])
  }
}
