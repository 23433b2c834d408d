import Foundation
import SpeechEngine
import Testing

@Suite("Packed weights")
struct PackedWeightTests {
  let scratch: ScratchFolder
  let model: URL
  private var caches: URL { scratch.url.appending(path: "caches") }
  private var cache: PackedCache { PackedCache(leastBytes: 0, folder: caches) }

  init() throws {
    scratch = try ScratchFolder()
    model = scratch.url.appending(path: "model")
    try FileManager.default.copyItem(at: Goldens.demo, to: model)
  }

  private func packed(_ type: ComputeType) -> URL { model.appending(path: "model.bin.fieldos-\(type.rawValue)") }

  private func tokens(_ type: ComputeType, cache: PackedCache?) throws -> [Int] {
    let loaded = try WhisperModel(contentsOf: model, computeType: type, cache: cache)
    PackedCache.settle()
    let clip = try AudioClip(contentsOf: Goldens.audio("note018"))
    return try Transcriber(loaded).transcribe(clip).segments.flatMap(\.tokens)
  }

  @Test("the second start maps what the first has written, and says the same", arguments: ComputeType.allCases)
  func secondStart(type: ComputeType) throws {
    let plain = try tokens(type, cache: nil)
    #expect(!FileManager.default.fileExists(atPath: packed(type).path))
    #expect(try tokens(type, cache: cache) == plain)
    let before = try Data(contentsOf: packed(type))
    // Nothing of the model's own weights is read any more but their description.
    #expect(try tokens(type, cache: cache) == plain)
    #expect(try Data(contentsOf: packed(type)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: model.path).allSatisfy { !$0.hasPrefix(".") })
  }

  @Test("a cache that was cut, changed or made from another model is made again", arguments: [0, 7, 15, 900, 100_000])
  func damaged(length: Int) throws {
    let plain = try tokens(.int8, cache: cache)
    let whole = try Data(contentsOf: packed(.int8))
    try whole.prefix(length).write(to: packed(.int8))
    #expect(try tokens(.int8, cache: cache) == plain)
    #expect(try Data(contentsOf: packed(.int8)).count == whole.count)
  }

  @Test("a header that points outside of its file is no cache", arguments: ["\"offset\":64", "\"bytes\":9"])
  func hostileHeader(field: String) throws {
    let plain = try tokens(.int8, cache: cache)
    var bytes = try Data(contentsOf: packed(.int8))
    let name = Data(field.prefix { $0 != ":" }.utf8) + Data(":".utf8)
    let place = try #require(bytes.range(of: name))
    bytes.replaceSubrange(place.upperBound..<place.upperBound + 1, with: Data("9".utf8))
    bytes.replaceSubrange(place.upperBound + 1..<place.upperBound + 2, with: Data("9".utf8))
    try bytes.write(to: packed(.int8))
    #expect(try tokens(.int8, cache: cache) == plain)
  }

  @Test("when the model changes its packed weights do") func changedModel() throws {
    _ = try tokens(.int8, cache: cache)
    let first = try Data(contentsOf: packed(.int8))
    let later = Date(timeIntervalSinceNow: 60)
    try FileManager.default.setAttributes(
      [.modificationDate: later], ofItemAtPath: model.appending(path: "model.bin").path)
    _ = try tokens(.int8, cache: cache)
    #expect(try Data(contentsOf: packed(.int8)) != first)
  }

  @Test("a small model is packed at every start") func smallModel() throws {
    _ = try tokens(.int8, cache: .standard)
    #expect(!FileManager.default.fileExists(atPath: packed(.int8).path))
  }

  @Test("where nothing can be written beside the model the user's cache folder serves")
  func otherFolder() throws {
    // A folder in the way of the file stops everybody, root too.
    try FileManager.default.createDirectory(
      at: packed(.int8).appending(path: "full"), withIntermediateDirectories: true)
    let plain = try tokens(.int8, cache: cache)
    let files = try FileManager.default.contentsOfDirectory(atPath: caches.appending(path: "packed").path)
    #expect(files.count == 1 && files[0].hasPrefix("model.bin-"))
    #expect(try tokens(.int8, cache: cache) == plain)
  }

  @Test("where nothing can be written at all the model works as well") func nowhere() throws {
    try FileManager.default.createDirectory(
      at: packed(.int8).appending(path: "full"), withIntermediateDirectories: true)
    try Data().write(to: caches)  // a file where a folder should be
    #expect(try tokens(.int8, cache: cache) == tokens(.int8, cache: nil))
  }
}
