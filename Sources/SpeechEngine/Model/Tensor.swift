import CKernels
import Foundation

/// How a file stores the numbers of a tensor: `blockBytes` for each `blockCount` of them.
package enum NumberFormat: Sendable {
  case float32, float16, bfloat16
  case int8, int16, int32
  case q4_0, q4_1, q5_0, q5_1, q8_0

  /// Numbers that are stored together.
  var blockCount: Int {
    switch self {
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0: GGMLBlock.count
    default: 1
    }
  }

  var blockBytes: Int {
    switch self {
    case .int8: 1
    case .int16, .float16, .bfloat16: 2
    case .float32, .int32: 4
    case .q4_0: 18
    case .q4_1: 20
    case .q5_0: 22
    case .q5_1: 24
    case .q8_0: 34
    }
  }

  var isQuantisedBlock: Bool { blockCount > 1 }
}

/// Numbers within a mapped file; whoever makes one has checked that they lie inside it.
package struct Tensor: Sendable {
  let file: MappedFile
  /// Outermost extent first.
  package let shape: [Int]
  let format: NumberFormat
  /// First byte in the file; need not be aligned.
  let offset: Int
  /// Where the float32 divisors of 8- and 16-bit integers lie: one a row, or one for all.
  var scales: (offset: Int, count: Int)?

  package var count: Int { shape.reduce(1, *) }
  var byteCount: Int { count / format.blockCount * format.blockBytes }

  /// The product of the extents, nil where one is negative or the product passes 2^40.
  static func count(of shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      let (next, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow || extent < 0 || next > 1 << 40 { return nil }
      count = next
    }
    return count
  }

  /// Calls `body` with the stored bytes; they may be unaligned.
  func withBytes<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T {
    file.data.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + byteCount])) }
  }

  /// Writes `count` floats; integers with scales are divided by them.
  func write(to output: UnsafeMutablePointer<Float>, name: String) throws(ModelError) {
    withBytes { bytes in
      if let source = bytes.baseAddress { convert(source, to: output) }
    }
    guard format == .int8 || format == .int16 else { return }
    let rows = shape.first ?? 1
    let width = count / max(1, rows)
    for (row, scale) in try readScales(name: name, rows: rows).enumerated() {
      for i in row * width..<(row + 1) * width { output[i] /= scale }
    }
  }

  /// All numbers as floats, for tests and tools.
  package func floats() throws(ModelError) -> [Float] {
    let buffer = FloatBuffer(count: count)
    try write(to: buffer.base, name: "")
    return Array(UnsafeBufferPointer(start: buffer.base, count: count))
  }

  private func convert(_ source: UnsafeRawPointer, to output: UnsafeMutablePointer<Float>) {
    switch format {
    case .float32: UnsafeMutableRawPointer(output).copyMemory(from: source, byteCount: 4 * count)
    case .float16: ck_f16_to_f32(count, source, output)
    case .bfloat16: ck_bf16_to_f32(count, source, output)
    case .int8: for i in 0..<count { output[i] = Float(source.load(fromByteOffset: i, as: Int8.self)) }
    case .int16: for i in 0..<count { output[i] = Float(source.loadUnaligned(fromByteOffset: 2 * i, as: Int16.self)) }
    case .int32: for i in 0..<count { output[i] = Float(source.loadUnaligned(fromByteOffset: 4 * i, as: Int32.self)) }
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0:
      GGMLBlock.expand(format, blocks: count / GGMLBlock.count, from: source, to: output)
    }
  }

  /// One divisor a row, finite and not zero.
  func readScales(name: String, rows: Int) throws(ModelError) -> [Float] {
    guard let scales else { throw .missingVariable(file.url, name: name + "_scale") }
    guard scales.count == rows || scales.count == 1 else {
      throw .wrongShape(file.url, name: name + "_scale", found: [scales.count], expected: [rows])
    }
    let values = file.data.withUnsafeBytes { raw in
      (0..<scales.count).map { raw.loadUnaligned(fromByteOffset: scales.offset + 4 * $0, as: Float.self) }
    }
    guard values.allSatisfy({ $0.isFinite && $0 != 0 }) else {
      throw .badFile(file.url, reason: "'\(name)_scale' holds zeros or values that are not numbers")
    }
    return values.count == rows ? values : Array(repeating: values[0], count: rows)
  }
}
