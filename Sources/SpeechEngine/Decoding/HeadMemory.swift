import CKernels
import Foundation

/// Keys and values of one layer over the positions of a window, packed for the kernels head by head, and attention to them.
///
/// With float32 weights everything is in floats. With int8 weights queries and probabilities are 16-bit integers with a
/// scale a row, and so are the encoder's keys and values: products of pairs of them are exact in 32 bits, take half the
/// bytes and half the time of floats, and keep twelve bits and more, four more than bfloat16 has. A decoder reads its keys
/// and values at every token, and memory is what a token waits for: those are 8-bit integers with a scale a row.
final class HeadMemory {
  let heads: Int
  let depth: Int
  /// Positions that are in use, at most those that there is room for.
  private(set) var positions: Int
  private let capacity: Int
  private let form: Form

  private enum Form {
    case float32(keys: FloatBuffer, values: FloatBuffer)
    case int16(keys: ShortBuffer, values: ShortBuffer, factors: Factors)
    case int8(keys: ByteBuffer, values: ByteBuffer, factors: Factors)
  }

  /// What turns the integers of a row into its numbers: [heads, positions].
  private struct Factors {
    let keys: FloatBuffer
    let values: FloatBuffer

    init(count: Int) {
      keys = FloatBuffer(count: count)
      values = FloatBuffer(count: count)
    }
  }

  /// - Parameter isCompact: with int8 weights, 8 bits a number instead of 16.
  init(_ type: ComputeType, heads: Int, depth: Int, positions: Int, isCompact: Bool = false) {
    self.heads = heads
    self.depth = depth
    self.positions = positions
    capacity = positions
    let keyCount = heads * ck_packed_s16_size(positions, depth.roundedUpToEven)
    let valueCount = heads * ck_packed_s16_size(depth, positions.roundedUpToEven)
    form =
      switch type {
      case .float32:
        .float32(
          keys: FloatBuffer(count: heads * ck_packed_f32_size(positions, depth)),
          values: FloatBuffer(count: heads * ck_packed_f32_size(depth, positions)))
      case .int8 where isCompact:
        .int8(
          keys: ByteBuffer(count: keyCount), values: ByteBuffer(count: valueCount),
          factors: Factors(count: heads * positions))
      case .int8:
        .int16(
          keys: ShortBuffer(count: keyCount), values: ShortBuffer(count: valueCount),
          factors: Factors(count: heads * positions))
      }
  }

  /// Bytes that a compact memory takes.
  static func bytes(_ type: ComputeType, heads: Int, depth: Int, positions: Int) -> Int {
    2 * heads * positions * (type == .float32 ? depth * MemoryLayout<Float>.stride : depth + MemoryLayout<Float>.stride)
  }

  private var evenDepth: Int { depth.roundedUpToEven }
  private var evenPositions: Int { positions.roundedUpToEven }
  /// Packed numbers of one head.
  private var keyCount: Int { ck_packed_s16_size(positions, evenDepth) }
  private var valueCount: Int { ck_packed_s16_size(depth, evenPositions) }
  /// No sum of `depth` products of two such values passes 32 bits.
  private var limit: Float { Float(min(32767, (Double(Int32.max) / Double(depth)).squareRoot().rounded(.down))) }
  private static let byteLimit: Float = 127

  // MARK: - Writing

  /// Forgets everything and takes a window of so many positions.
  func rewind(positions wanted: Int) {
    precondition((1...capacity).contains(wanted), "positions fit the memory")
    positions = wanted
  }

  /// Remembers the keys and values of some positions.
  /// - Parameters:
  ///   - range: begins at a multiple of 16.
  ///   - keys: [range, heads * depth], row stride `ld`; values lie beside them in the same way.
  func write(
    _ range: Range<Int>, keys: UnsafePointer<Float>, values: UnsafePointer<Float>, ld: Int, _ scratch: AttentionScratch,
    _ kernels: ck_kernels
  ) {
    for head in 0..<heads {
      let (key, value) = (keys + head * depth, values + head * depth)
      switch form {
      case .float32(let packedKeys, let packedValues):
        ck_pack_f32_rows(
          range.count, depth, key, ld,
          packedKeys.base + head * ck_packed_f32_size(positions, depth) + range.lowerBound * depth)
        ck_pack_f32_columns(
          range.lowerBound, range.count, depth, positions, value, ld,
          packedValues.base + head * ck_packed_f32_size(depth, positions))
      case .int16(let packedKeys, let packedValues, let factors):
        let rows = scratch.shorts(range.count * evenDepth)
        let first = head * positions + range.lowerBound
        kernels.quantize_s16(range.count, depth, key, ld, limit, 1, rows, evenDepth, factors.keys.base + first)
        ck_pack_s16_rows(
          range.lowerBound, range.count, evenDepth, rows, evenDepth, packedKeys.base + head * keyCount)
        kernels.quantize_s16(
          range.count, depth, value, ld, Float(CK_S16_VALUE), 1, rows, evenDepth, factors.values.base + first)
        ck_pack_s16_columns(
          range.lowerBound, range.count, depth, evenPositions, rows, evenDepth, packedValues.base + head * valueCount)
      case .int8(let packedKeys, let packedValues, let factors):
        let rows = scratch.shorts(range.count * evenDepth)
        let first = head * positions + range.lowerBound
        kernels.quantize_s16(range.count, depth, key, ld, Self.byteLimit, 1, rows, evenDepth, factors.keys.base + first)
        ck_pack_s16s8_rows(
          range.lowerBound, range.count, evenDepth, rows, evenDepth, packedKeys.base + head * keyCount)
        kernels.quantize_s16(
          range.count, depth, value, ld, Self.byteLimit, 1, rows, evenDepth, factors.values.base + first)
        ck_pack_s16s8_columns(
          range.lowerBound, range.count, depth, evenPositions, rows, evenDepth, packedValues.base + head * valueCount)
      }
    }
  }

  // MARK: - Reading

  /// softmax(Q Kᵀ / √depth) V of one head.
  /// - Parameters:
  ///   - queries, output: [rows, depth], row strides `ldq` and `ldo`; may be the same.
  ///   - tap: sees the scores before the softmax, [rows, positions].
  func attend(
    head: Int, rows: Int, queries: UnsafePointer<Float>, ldq: Int, into output: UnsafeMutablePointer<Float>, ldo: Int,
    _ scratch: AttentionScratch, _ kernels: ck_kernels, tap: ((UnsafeMutablePointer<Float>) -> Void)? = nil
  ) {
    let scores = scratch.scores(rows * positions)
    switch form {
    case .float32(let keys, let values):
      let scale = 1 / Float(depth).squareRoot()
      let scaled = scratch.scaled(queries, rows, depth, ld: ldq, by: scale)
      kernels.gemm_f32(
        rows, positions, depth, scaled, depth, keys.base + head * ck_packed_f32_size(positions, depth), nil, scores,
        positions)
      tap?(scores)
      kernels.softmax(rows, positions, scores, positions)
      kernels.gemm_f32(
        rows, depth, positions, scores, positions, values.base + head * ck_packed_f32_size(depth, positions), nil,
        output, ldo)
    case .int16(let keys, let values, let factors):
      let query = rounded(queries, rows, ldq, scratch, kernels)
      kernels.gemm_s16(
        rows, positions, evenDepth, query.rows, evenDepth, query.factors, keys.base + head * keyCount,
        factors.keys.base + head * positions, scores, positions)
      let weights = weights(scores, head, rows, factors, scratch, kernels, tap)
      kernels.gemm_s16(
        rows, depth, evenPositions, weights.rows, evenPositions, weights.factors, values.base + head * valueCount, nil,
        output, ldo)
    case .int8(let keys, let values, let factors):
      let query = rounded(queries, rows, ldq, scratch, kernels)
      kernels.gemm_s16s8(
        rows, positions, evenDepth, query.rows, evenDepth, query.factors, keys.base + head * keyCount,
        factors.keys.base + head * positions, scores, positions)
      let weights = weights(scores, head, rows, factors, scratch, kernels, tap)
      kernels.gemm_s16s8(
        rows, depth, evenPositions, weights.rows, evenPositions, weights.factors, values.base + head * valueCount, nil,
        output, ldo)
    }
  }

  /// Rows of 16-bit integers, and what turns them into numbers.
  private typealias Rounded = (rows: UnsafeMutablePointer<Int16>, factors: UnsafeMutablePointer<Float>)

  /// Queries, scaled for a softmax to base 2.
  private func rounded(
    _ queries: UnsafePointer<Float>, _ rows: Int, _ ld: Int, _ scratch: AttentionScratch, _ kernels: ck_kernels
  ) -> Rounded {
    let into = (scratch.shorts(rows * max(evenDepth, evenPositions)), scratch.factors(rows))
    let scale = Self.log2e / Float(depth).squareRoot()
    kernels.quantize_s16(rows, depth, queries, ld, limit, scale, into.0, evenDepth, into.1)
    return into
  }

  /// The softmax of a head's scores to base 2, times the factors of the values.
  private func weights(
    _ scores: UnsafeMutablePointer<Float>, _ head: Int, _ rows: Int, _ factors: Factors, _ scratch: AttentionScratch,
    _ kernels: ck_kernels, _ tap: ((UnsafeMutablePointer<Float>) -> Void)?
  ) -> Rounded {
    if let tap {
      for index in 0..<rows * positions { scores[index] /= Self.log2e }
      tap(scores)
      for index in 0..<rows * positions { scores[index] *= Self.log2e }
    }
    let into = (scratch.shorts(rows * evenPositions), scratch.factors(rows))
    kernels.softmax_s16(
      rows, positions, scores, positions, factors.values.base + head * positions, into.0, evenPositions, into.1)
    return into
  }

  private static let log2e: Float = 1.442_695_04
}

/// What one thread needs to attend; grows to what it is asked for and keeps it.
final class AttentionScratch {
  private var floats = FloatBuffer(count: 0)
  private var queries = FloatBuffer(count: 0)
  private var rounded = ShortBuffer(count: 0)
  private var rowFactors = FloatBuffer(count: 0)

  func scores(_ count: Int) -> UnsafeMutablePointer<Float> {
    if floats.count < count { floats = FloatBuffer(count: count) }
    return floats.base
  }

  func shorts(_ count: Int) -> UnsafeMutablePointer<Int16> {
    if rounded.count < count { rounded = ShortBuffer(count: count) }
    return rounded.base
  }

  func factors(_ count: Int) -> UnsafeMutablePointer<Float> {
    if rowFactors.count < count { rowFactors = FloatBuffer(count: count) }
    return rowFactors.base
  }

  /// Rows times a factor, dense.
  func scaled(
    _ rows: UnsafePointer<Float>, _ count: Int, _ width: Int, ld: Int, by factor: Float
  ) -> UnsafePointer<Float> {
    if queries.count < count * width { queries = FloatBuffer(count: count * width) }
    for row in 0..<count {
      for i in 0..<width { queries.base[row * width + i] = rows[row * ld + i] * factor }
    }
    return UnsafePointer(queries.base)
  }
}

extension Int {
  var roundedUpToEven: Int { self + self % 2 }
}
