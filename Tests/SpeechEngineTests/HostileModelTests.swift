import Foundation
import SpeechEngine
import Testing

/// Every file here is broken in one way; each must be refused by a `ModelError` that names it, without a crash and without
/// memory beyond the file's size.
@Suite("Hostile model files")
struct HostileModelTests {
  let tiny = TinyModel(encoderLayers: 1, decoderLayers: 1)
  static let name = URL(filePath: "/models/hostile")

  func file(_ bytes: Data) -> MappedFile { MappedFile(bytes: bytes, name: Self.name) }

  func safetensors(_ header: String, body: Int = 0, length: UInt64? = nil) -> MappedFile {
    var writer = ByteWriter()
    writer.add(length ?? UInt64(header.utf8.count))
    writer.add(header)
    return file(writer.data + Data(count: body))
  }

  func refuse(_ note: String, _ body: () throws -> Void) {
    let error = #expect(throws: ModelError.self, "\(note)", performing: body)
    #expect(error?.message.contains("hostile") == true && error?.message.contains("\n") == false, "\(note)")
  }

  @Test("a file cut at any 200th of its length is refused", arguments: ["CTranslate2", "safetensors", "ggml"])
  func truncated(format: String) throws {
    let whole =
      switch format {
      case "CTranslate2": tiny.cTranslate2()
      case "safetensors": TinyModel.safetensors(tiny.tensors(), .float16)
      default: tiny.ggml(.q5_1)
      }
    for part in 0..<200 {
      let bytes = whole.prefix(whole.count * part / 200)
      refuse("\(bytes.count) of \(whole.count) bytes") {
        switch format {
        case "CTranslate2": _ = try CTranslate2File(file(bytes)).source()
        case "safetensors": _ = try SafetensorsFile(file(bytes))
        default: _ = try WhisperModel(ggml: bytes, name: Self.name)
        }
      }
    }
  }

  @Test("any number of a ggml header that is negative, zero or huge is refused", arguments: [Int32.min, -1, 0, .max])
  func ggmlHeader(value: Int32) throws {
    let whole = tiny.ggml()
    // Eleven numbers behind the magic, the two sizes of the filters, the count of tokens; the type is free for floats.
    let filters = 4 + 4 * 11
    for offset in stride(from: 0, to: filters + 8, by: 4) where offset != 44 {
      var bytes = whole
      bytes.replaceSubrange(offset..<offset + 4, with: withUnsafeBytes(of: value.littleEndian) { Data($0) })
      refuse("\(value) at \(offset)") { _ = try WhisperModel(ggml: bytes, name: Self.name) }
    }
  }

  @Test("tensors of a ggml file with impossible heads are refused") func ggmlTensors() throws {
    func append(_ numbers: [Int], _ name: String = "x", _ count: Int = 0) -> Data {
      var writer = ByteWriter(data: tiny.ggml())
      for number in numbers { writer.add32(number) }
      writer.add(name)
      return writer.data + Data(count: count)
    }
    let cases: [(String, Data)] = [
      ("no dimensions", append([0, 1, 0])), ("five dimensions", append([5, 1, 0, 1, 1, 1, 1, 1])),
      ("a negative name", append([1, -1, 0, 1])), ("a huge name", append([1, Int(Int32.max), 0, 1])),
      ("a negative extent", append([1, 1, 0, -1])), ("a huge product", append([3, 1, 0, 1 << 30, 1 << 30, 1 << 30])),
      ("an unknown type", append([1, 1, 12, 256], "x", 144)), ("a block of 31", append([1, 1, 8, 31], "x", 34)),
      ("an old quantisation", append([1, 1, 2, 32], "x", 18)),
      ("a name twice", append([1, 15, 0, 32], "decoder.ln.bias", 128)),
    ]
    for (note, bytes) in cases { refuse(note) { _ = try GGMLFile(file(bytes)) } }
    _ = try GGMLFile(file(append([1, 1, 0, 1], "x", 4)))
  }

  @Test("headers of safetensors that lie are refused") func safetensorsHeaders() throws {
    func entry(_ name: String, _ shape: String, _ place: String, type: String = "F32") -> String {
      "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(place)}"
    }
    let cases: [(String, MappedFile)] = [
      ("a header past the end", safetensors("{}", length: 1 << 20)),
      ("a header of 2^63", safetensors("{}", length: 1 << 63)),
      ("a header of all ones", safetensors("{}", length: .max)),
      ("no JSON", safetensors("what")), ("a list", safetensors("[]")), ("an open object", safetensors("{")),
      ("offsets out of range", safetensors("{\(entry("a", "[2]", "[0,8]"))}", body: 4)),
      ("negative offsets", safetensors("{\(entry("a", "[2]", "[-8,0]"))}", body: 8)),
      ("offsets in reverse", safetensors("{\(entry("a", "[2]", "[8,0]"))}", body: 8)),
      ("offsets beyond 2^63", safetensors("{\(entry("a", "[2]", "[0,99999999999999999999]"))}", body: 8)),
      ("three offsets", safetensors("{\(entry("a", "[2]", "[0,8,8]"))}", body: 8)),
      ("a shape that doesn't fit", safetensors("{\(entry("a", "[3]", "[0,8]"))}", body: 8)),
      ("a negative extent", safetensors("{\(entry("a", "[-1,-2]", "[0,8]"))}", body: 8)),
      ("a product that overflows", safetensors("{\(entry("a", "[4294967296,4294967296,2]", "[0,8]"))}", body: 8)),
      ("overlap", safetensors("{\(entry("a", "[2]", "[0,8]")),\(entry("b", "[2]", "[4,12]"))}", body: 12)),
      ("a gap", safetensors("{\(entry("a", "[1]", "[0,4]")),\(entry("b", "[1]", "[8,12]"))}", body: 12)),
      ("a rest", safetensors("{\(entry("a", "[1]", "[0,4]"))}", body: 8)),
      ("a name twice", safetensors("{\(entry("a", "[1]", "[0,4]")),\(entry("a", "[1]", "[4,8]"))}", body: 8)),
      ("integers", safetensors("{\(entry("a", "[4]", "[0,4]", type: "I8"))}", body: 4)),
      ("no type", safetensors("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", body: 4)),
      ("deep metadata", safetensors("{\"__metadata__\":" + String(repeating: "[", count: 1_000_000))),
      ("nine dimensions", safetensors("{\(entry("a", "[1,1,1,1,1,1,1,1,1]", "[0,4]"))}", body: 4)),
    ]
    for (note, bytes) in cases { refuse(note) { _ = try SafetensorsFile(bytes) } }
    #expect(
      try SafetensorsFile(safetensors("{\(entry("a", "[2,1]", "[0,8]"))}", body: 8)).tensors["a"]?.shape == [2, 1])
  }

  @Test("variables of a CTranslate2 file that lie are refused") func cTranslate2Variables() throws {
    func file(_ variables: [(String, [Int], UInt8, Int)], body: Int = 0, count: Int? = nil) -> MappedFile {
      var writer = ByteWriter()
      writer.add32(6)
      writer.add(UInt16(12))
      writer.add("WhisperSpec\0")
      writer.add32(3)
      writer.add32(count ?? variables.count)
      for (name, shape, type, size) in variables {
        writer.add(UInt16(name.utf8.count + 1))
        writer.add(name + "\0")
        writer.add(UInt8(shape.count))
        for extent in shape { writer.add32(extent) }
        writer.add(type)
        writer.add32(size)
      }
      return self.file(writer.data + Data(count: body))
    }
    let cases: [(String, MappedFile)] = [
      ("a count of 2^32 - 1", file([], count: -1)), ("an unknown type", file([("a", [1], 9, 4)], body: 8)),
      ("a shape that doesn't fit", file([("a", [2], 0, 4)], body: 12)),
      ("a product that overflows", file([("a", [-1, -1, -1], 0, 4)], body: 12)),
      ("data past the end", file([("a", [1 << 29], 0, 1 << 31)], body: 100)),
      ("a name twice", file([("a", [0], 0, 0), ("a", [0], 0, 0)], body: 4)),
      ("no heads", file([], body: 4)), ("a rest", file([("a", [0], 0, 0)], body: 9)),
    ]
    for (note, bytes) in cases { refuse(note) { _ = try CTranslate2File(bytes).source() } }
  }

  @Test("weights that are no numbers are refused in every format") func notNumbers() throws {
    let bad = Data([0, 0, 0xC0, 0x7F])
    var ggml = tiny.ggml()
    ggml.replaceSubrange(ggml.count - 4..<ggml.count, with: bad)
    refuse("ggml") { _ = try WhisperModel(ggml: ggml, name: Self.name) }
    let folder = try ScratchFolder()
    let place = folder.url.appending(path: "hostile")
    try tiny.writeHuggingFace(place)
    let weights = place.appending(path: "model.safetensors")
    var bytes = try Data(contentsOf: weights)
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: bad)
    try bytes.write(to: weights)
    refuse("safetensors") { _ = try WhisperModel(contentsOf: place) }
  }

  @Test("shards that are missing, repeat a tensor or lie elsewhere are refused") func shards() throws {
    let folder = try ScratchFolder()
    let place = folder.url.appending(path: "hostile")
    try tiny.writeHuggingFace(place, shards: 2)
    let (first, second) = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
    let whole = try Data(contentsOf: place.appending(path: second))
    try Data(contentsOf: place.appending(path: first)).write(to: place.appending(path: second))
    refuse("the same tensors twice") { _ = try WhisperModel(contentsOf: place) }
    try whole.write(to: place.appending(path: second))
    _ = try WhisperModel(contentsOf: place)
    try FileManager.default.removeItem(at: place.appending(path: second))
    refuse("a missing shard") { _ = try WhisperModel(contentsOf: place) }
    let index = place.appending(path: "model.safetensors.index.json")
    for map in ["{\"weight_map\":{\"a\":\"../x.safetensors\"}}", "{\"weight_map\":{\"a\":\"/etc/passwd\"}}", "{}", "["]
    {
      try Data(map.utf8).write(to: index)
      refuse(map) { _ = try WhisperModel(contentsOf: place) }
    }
  }

  @Test("a model that lacks a layer its settings promise is refused") func missingLayer() throws {
    let folder = try ScratchFolder()
    let place = folder.url.appending(path: "hostile")
    try tiny.writeHuggingFace(place)
    let config = place.appending(path: "config.json")
    let text = try String(contentsOf: config, encoding: .utf8)
    for layers in ["2", "0", "-1", "1000000000"] {
      let changed = text.replacingOccurrences(of: "\"decoder_layers\":1", with: "\"decoder_layers\":\(layers)")
      try Data(changed.utf8).write(to: config)
      refuse("\(layers) layers") { _ = try WhisperModel(contentsOf: place) }
    }
  }

  @Test("no flipped byte at the front of a file can crash a reader") func flips() throws {
    let files = [tiny.ggml(.q4_0), TinyModel.safetensors(tiny.tensors(), .float16), tiny.cTranslate2()]
    var random = SplitMix(state: 11)
    for (index, whole) in files.enumerated() {
      for _ in 0..<300 {
        var bytes = whole
        for _ in 0..<3 { bytes[random.next(below: min(4000, whole.count))] = UInt8(random.next(below: 256)) }
        switch index {
        case 0: _ = try? GGMLFile(file(bytes)).source()
        case 1: _ = try? SafetensorsFile(file(bytes))
        default: _ = try? CTranslate2File(file(bytes)).source()
        }
      }
    }
  }
}
