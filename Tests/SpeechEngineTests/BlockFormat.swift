/// ggml's formats by their numbers, and how they round: 32 values share a scale d and, in the `_1` formats, a minimum m.
enum BlockFormat: Int, CaseIterable {
  case f32 = 0
  case f16, q4_0, q4_1
  case q5_0 = 6
  case q5_1, q8_0

  var isBlock: Bool { self != .f32 && self != .f16 }
  /// Largest stored number.
  private var top: Float { self == .q8_0 ? 127 : self == .q5_0 || self == .q5_1 ? 31 : 15 }
  private var hasMinimum: Bool { self == .q4_1 || self == .q5_1 }

  func write(_ values: [Float], to writer: inout ByteWriter) {
    switch self {
    case .f32: Stored.float32.write(values, to: &writer)
    case .f16: Stored.float16.write(values, to: &writer)
    default:
      for start in stride(from: 0, to: values.count, by: 32) { writeBlock(values[start..<start + 32], to: &writer) }
    }
  }

  /// How far a value may lie from the one that was stored: one step of its block.
  func step(_ block: ArraySlice<Float>) -> Float {
    let (low, high) = (block.min() ?? 0, block.max() ?? 0)
    let largest = max(abs(low), abs(high))
    return switch self {
    case .f32, .f16: 0
    case .q8_0: largest / 127
    case .q4_0: largest / 8
    case .q5_0: largest / 16
    case .q4_1, .q5_1: (high - low) / top
    }
  }

  private func writeBlock(_ block: ArraySlice<Float>, to writer: inout ByteWriter) {
    let (low, high) = (block.min() ?? 0, block.max() ?? 0)
    let extreme = abs(low) > abs(high) ? low : high
    let wanted = hasMinimum ? (high - low) / top : self == .q8_0 ? abs(extreme) / 127 : extreme / -((top + 1) / 2)
    let (scaleBits, minimumBits) = (Stored.half(wanted), Stored.half(low))
    writer.add(scaleBits)
    if hasMinimum { writer.add(minimumBits) }
    let (scale, minimum) = (Stored.value(ofHalf: scaleBits), Stored.value(ofHalf: minimumBits))
    if self == .q8_0 {
      for value in block { writer.add(Int8(max(-127, min(127, (value / scale).rounded())))) }
      return
    }
    let numbers = block.map { value -> UInt32 in
      let scaled = hasMinimum ? (value - minimum) / scale : value / scale + (top + 1) / 2
      return UInt32(max(0, min(top, scaled.rounded())))
    }
    if top == 31 { writer.add((0..<32).reduce(UInt32(0)) { $0 | (numbers[$1] >> 4) << UInt32($1) }) }
    for i in 0..<16 { writer.add(UInt8(numbers[i] & 15 | (numbers[i + 16] & 15) << 4)) }
  }
}
