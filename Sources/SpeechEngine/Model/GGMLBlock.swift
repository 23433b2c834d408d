import CKernels

/// The quantised blocks of ggml: 32 numbers behind a half-float scale d and, in the `_1` formats, a half-float minimum m.
/// Four- and five-bit numbers keep element i in the low half of byte i and element i + 16 in its high half; the fifth
/// bits of all 32 lie in a 32-bit word. Source: `ggml-quants.c` of ggml, quantisation version 2.
enum GGMLBlock {
  static let count = 32

  static func expand(
    _ format: NumberFormat, blocks: Int, from source: UnsafeRawPointer, to output: UnsafeMutablePointer<Float>
  ) {
    for block in 0..<blocks {
      let bytes = source + block * format.blockBytes
      let values = output + block * count
      let scale = half(bytes)
      switch format {
      case .q4_0: nibbles(bytes + 2, fifth: nil, values) { (Float($0) - 8) * scale }
      case .q5_0: nibbles(bytes + 6, fifth: bytes + 2, values) { (Float($0) - 16) * scale }
      case .q4_1:
        let minimum = half(bytes + 2)
        nibbles(bytes + 4, fifth: nil, values) { Float($0) * scale + minimum }
      case .q5_1:
        let minimum = half(bytes + 2)
        nibbles(bytes + 8, fifth: bytes + 4, values) { Float($0) * scale + minimum }
      default: for i in 0..<count { values[i] = Float(bytes.load(fromByteOffset: 2 + i, as: Int8.self)) * scale }
      }
    }
  }

  private static func half(_ source: UnsafeRawPointer) -> Float {
    var value: Float = 0
    ck_f16_to_f32(1, source, &value)
    return value
  }

  @inline(__always) private static func nibbles(
    _ source: UnsafeRawPointer, fifth: UnsafeRawPointer?, _ values: UnsafeMutablePointer<Float>,
    _ number: (UInt32) -> Float
  ) {
    let high = fifth?.loadUnaligned(as: UInt32.self) ?? 0
    for i in 0..<count / 2 {
      let byte = UInt32(source.load(fromByteOffset: i, as: UInt8.self))
      values[i] = number(byte & 15 | (high >> UInt32(i) & 1) << 4)
      values[i + 16] = number(byte >> 4 | (high >> UInt32(i + 16) & 1) << 4)
    }
  }
}
