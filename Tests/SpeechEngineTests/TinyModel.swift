import Foundation

/// A Whisper model of random weights in OpenAI's names, small enough to be written in every format. All weights are
/// multiples of 1/512 that float16 and bfloat16 hold exactly, so that files of all three types are the same model.
struct TinyModel {
  struct Tensor {
    let name: String
    let shape: [Int]  // outermost first
    let values: [Float]
  }

  var bands = 80
  var encoderLayers = 2
  var decoderLayers = 2
  var isMultilingual = true
  var languages = 99
  let width = 32
  let heads = 2
  let feedForward = 64

  /// 256 bytes in GPT-2's order, three merges, and the empty token of multilingual models.
  var textTokens: [[UInt8]] {
    let printable = Array(33...126) + Array(161...172) + Array(174...255)
    let order = printable + (0...255).filter { !printable.contains($0) }
    let merged = ["he", " he", "the"].map { Array($0.utf8) }
    return order.map { [UInt8($0)] } + merged + (isMultilingual ? [[]] : [])
  }
  var vocabulary: Int { textTokens.count + languages + 8 + 1501 }

  /// Steering tokens in their order behind the text tokens.
  var steering: [String] {
    let codes = ["en", "zh"] + (2..<99).map { "x\($0)" } + ["yue"]
    let tasks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    let times = (0...1500).map { String(format: "%.2f", Double($0) / 50) }
    return (["endoftext", "startoftranscript"] + codes.prefix(languages) + tasks + times).map { "<|\($0)|>" }
  }

  func tensors() -> [Tensor] {
    var random = SplitMix(state: 7)
    func tensor(_ name: String, _ shape: [Int], around centre: Float = 0) -> Tensor {
      let values = (0..<shape.reduce(1, *)).map { _ in
        centre == 0 ? Float(random.next(below: 255) - 127) / 512 : centre + Float(random.next(below: 8)) / 128
      }
      return Tensor(name: name, shape: shape, values: values)
    }
    func linear(_ name: String, _ shape: [Int], bias: Bool = true) -> [Tensor] {
      [tensor(name + ".weight", shape)] + (bias ? [tensor(name + ".bias", [shape[0]])] : [])
    }
    func norm(_ name: String) -> [Tensor] {
      [tensor(name + ".weight", [width], around: 1), tensor(name + ".bias", [width])]
    }
    func attention(_ name: String) -> [Tensor] {
      let square = [width, width]
      return linear(name + ".query", square) + linear(name + ".key", square, bias: false)
        + linear(name + ".value", square) + linear(name + ".out", square) + norm(name + "_ln")
    }
    func layer(_ name: String) -> [Tensor] {
      attention(name + ".attn") + linear(name + ".mlp.0", [feedForward, width])
        + linear(name + ".mlp.2", [width, feedForward]) + norm(name + ".mlp_ln")
    }
    var all = linear("encoder.conv1", [width, bands, 3]) + linear("encoder.conv2", [width, width, 3])
    all.append(tensor("encoder.positional_embedding", [1500, width]))
    for index in 0..<encoderLayers { all += layer("encoder.blocks.\(index)") }
    all += norm("encoder.ln_post")
    all += [
      tensor("decoder.token_embedding.weight", [vocabulary, width]),
      tensor("decoder.positional_embedding", [448, width]),
    ]
    for index in 0..<decoderLayers {
      all += layer("decoder.blocks.\(index)") + attention("decoder.blocks.\(index).cross_attn")
    }
    return all + norm("decoder.ln")
  }
}

/// A small generator whose numbers are the same everywhere. Source: Steele et al., SplitMix64.
struct SplitMix {
  var state: UInt64

  mutating func next(below limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(limit))
  }
}

/// Little-endian bytes.
struct ByteWriter {
  var data = Data()

  mutating func add(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
  }
  mutating func add(_ value: Float) { add(value.bitPattern) }
  mutating func add32(_ value: Int) { add(Int32(truncatingIfNeeded: value)) }
  mutating func add(_ text: String) { data.append(contentsOf: text.utf8) }
}

/// How test files store numbers.
enum Stored: String, CaseIterable {
  case float32, float16, bfloat16

  func write(_ values: [Float], to writer: inout ByteWriter) {
    for value in values {
      switch self {
      case .float32: writer.add(value)
      case .float16: writer.add(Self.half(value))
      case .bfloat16: writer.add(UInt16(value.bitPattern >> 16))
      }
    }
  }

  /// float16 by cutting off bits; the tests' values are normal numbers.
  static func half(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let exponent = Int(bits >> 23 & 0xFF) - 127 + 15
    guard exponent > 0 else { return 0 }
    return UInt16(bits >> 16 & 0x8000) | UInt16(exponent << 10) | UInt16(bits >> 13 & 0x3FF)
  }

  static func value(ofHalf bits: UInt16) -> Float {
    bits & 0x7FFF == 0 ? 0 : Float(bitPattern: UInt32(bits & 0x8000) << 16 | (UInt32(bits & 0x7FFF) << 13) + 112 << 23)
  }
}
