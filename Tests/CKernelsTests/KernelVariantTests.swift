import CKernels
import Foundation
import Testing

/// Every variant that this CPU runs against the scalar reference: shapes with tails in every direction, results written into
/// buffers that hold NaN, so that a value that is missed or read uninitialised shows.
@Suite("Kernel variants agree with the scalar reference")
struct KernelVariantTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    let m: Int, n: Int, k: Int
    var testDescription: String { "\(m)x\(n)x\(k)" }
  }

  static let variants: [String] = {
    var names: [String] = []
    var next = ck_kernels_available()
    while let name = next?.pointee {
      names.append(String(cString: name))
      next = next?.advanced(by: 1)
    }
    return names
  }()

  static let shapes: [Shape] = [1, 2, 3, 4, 5, 6, 7, 13, 50].flatMap { m in
    [(1, 1), (8, 4), (15, 3), (16, 64), (17, 65), (24, 31), (33, 256), (100, 130)].map { Shape(m: m, n: $0.0, k: $0.1) }
  }

  let scalar = ck_kernels_named("scalar")!.pointee

  func table(_ name: String) throws -> ck_kernels { try #require(ck_kernels_named(name)).pointee }

  /// Deterministic values in -1...1.
  static func values(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
    }
  }

  static func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).map { $0.isNaN || $1.isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
  }

  @Test("the scalar table is there and the best one comes first") func tables() {
    #expect(Self.variants.last == "scalar")
    #expect(String(cString: ck_kernels_best().pointee.name) == Self.variants.first)
    #expect(ck_kernels_named("none such") == nil)
  }

  @Test("float products match, from both ways of packing", arguments: variants, shapes)
  func floatProduct(variant: String, shape: Shape) throws {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    let a = Self.values(m * (k + 3), seed: 1)  // rows lie k + 3 apart
    let b = Self.values(n * k, seed: 2)
    let bias = Self.values(n, seed: 3)
    var packed = [Float](repeating: .nan, count: ck_packed_f32_size(n, k))
    ck_pack_f32_rows(n, k, b, k, &packed)
    let turned = (0..<n * k).map { b[$0 % n * k + $0 / n] }
    var packedAgain = [Float](repeating: .nan, count: ck_packed_f32_size(n, k))
    for first in 0..<k { ck_pack_f32_columns(first, 1, n, k, Array(turned[(first * n)...]), n, &packedAgain) }
    #expect(packed == packedAgain)
    var expected = [Float](repeating: .nan, count: m * n)
    var found = expected
    scalar.gemm_f32(m, n, k, a, k + 3, packed, bias, &expected, n)
    try table(variant).gemm_f32(m, n, k, a, k + 3, packed, bias, &found, n)
    #expect(Self.largestDifference(expected, found) <= 2e-6 * Float(k).squareRoot() + 1e-6)
  }

  /// Rows of whole numbers, extreme ones among them: saturation anywhere would show.
  static func extremes(_ rows: Int, _ width: Int, limit: Int) -> [Float] {
    (0..<rows * width).map { index in
      index % width == 0 ? Float(limit) : Float(index % 3 == 0 ? limit : index % 3 == 1 ? -limit : index % limit)
    }
  }

  /// A product of rows that are quantised by the same variant.
  static func int8Product(
    _ kernels: ck_kernels, _ x: [Float], _ m: Int, _ n: Int, _ k: Int, _ packed: [Int8], _ scales: [Float]
  ) -> [Float] {
    var rows = [UInt8](repeating: 99, count: m * ck_s8_stride(k) * kernels.activation_bytes)
    var rowScales = [Float](repeating: .nan, count: m)
    kernels.quantize_rows(m, k, x, k, &rows, &rowScales)
    var output = [Float](repeating: .nan, count: m * n)
    kernels.gemm_s8(m, n, k, rows, rowScales, packed, scales, nil, &output, n)
    return output
  }

  @Test("8-bit products match to the bit", arguments: variants, shapes)
  func int8Product(variant: String, shape: Shape) throws {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    let x = Self.extremes(m, k, limit: 127)
    let b = (0..<n * k).map { Int8($0 % 2 == 0 ? 127 : $0 % 5 == 0 ? -128 : -127) }
    let scales = Self.values(n, seed: 5).map { $0 + 2 }
    var packed = [Int8](repeating: 99, count: ck_packed_s8_size(n, k))
    ck_pack_s8(n, k, b, &packed)
    let expected = Self.int8Product(scalar, x, m, n, k, packed, scales)
    let found = Self.int8Product(try table(variant), x, m, n, k, packed, scales)
    let scale = expected.map(abs).max() ?? 1
    #expect(Self.largestDifference(expected, found) <= max(1, scale) * 2e-7)
  }

  @Test("8-bit products are those of the whole numbers", arguments: variants)
  func int8Meaning(variant: String) throws {
    let (m, n, k) = (3, 17, 9)
    let x = Self.extremes(m, k, limit: 127)
    let b = (0..<n * k).map { Int8($0 % 200 - 100) }
    var packed = [Int8](repeating: 99, count: ck_packed_s8_size(n, k))
    ck_pack_s8(n, k, b, &packed)
    let found = Self.int8Product(try table(variant), x, m, n, k, packed, [Float](repeating: 1, count: n))
    for row in 0..<m {
      for column in 0..<n {
        #expect(found[row * n + column] == (0..<k).reduce(0) { $0 + x[row * k + $1] * Float(b[column * k + $1]) })
      }
    }
  }

  @Test("a row of zeros, of NaN and of infinities is quantised without a trap", arguments: variants)
  func oddRows(variant: String) throws {
    let k = 5
    let x = [Float](repeating: 0, count: k) + [.nan, 1, 2, 3, 4] + [.infinity, -.infinity, 0, 1, .nan]
    let found = Self.int8Product(
      try table(variant), x, 3, 1, k,
      {
        var p = [Int8](repeating: 0, count: ck_packed_s8_size(1, k)); ck_pack_s8(1, k, [1, 1, 1, 1, 1], &p); return p
      }(), [1])
    #expect(found[0] == 0)
    var (shorts, factors) = ([Int16](repeating: 99, count: 3 * 6), [Float](repeating: .nan, count: 3))
    try table(variant).quantize_s16(3, k, x, k, 1000, 1, &shorts, 6, &factors)
    #expect(shorts[..<6].allSatisfy { $0 == 0 } && shorts[5] == 0 && shorts[11] == 0)
  }

  @Test("16-bit products are exact, from both ways of packing", arguments: variants, shapes)
  func int16Product(variant: String, shape: Shape) throws {
    let (m, n, depth) = (shape.m, shape.n, shape.k)
    let k = depth + depth % 2
    let limit = Int(min(32767, (2_147_483_647 / Double(k)).squareRoot()))
    let a = (0..<m * k).map { Int16($0 % k >= depth ? 0 : $0 % 3 == 0 ? limit : -($0 * 31 % limit)) }
    let b = (0..<n * k).map { Int16($0 % k >= depth ? 0 : $0 % 2 == 0 ? limit : $0 * 17 % limit) }
    var packed = [Int16](repeating: 99, count: ck_packed_s16_size(n, k))
    for first in stride(from: 0, to: n, by: 16) {
      ck_pack_s16_rows(first, min(16, n - first), k, Array(b[(first * k)...]), k, &packed)
    }
    let turned = (0..<depth * n).map { b[$0 % n * k + $0 / n] }
    var packedAgain = [Int16](repeating: 99, count: packed.count)
    for first in stride(from: 0, to: depth, by: 2) {
      ck_pack_s16_columns(first, min(2, depth - first), n, k, Array(turned[(first * n)...]), n, &packedAgain)
    }
    #expect(packed == packedAgain)
    let (rows, columns) = (Self.values(m, seed: 4).map { $0 + 2 }, Self.values(n, seed: 5).map { $0 + 2 })
    var found = [Float](repeating: .nan, count: m * n)
    try table(variant).gemm_s16(m, n, k, a, k, rows, packed, columns, &found, n)
    for index in 0..<m * n {
      let (row, column) = (index / n, index % n)
      let sum = (0..<k).reduce(0) { $0 + Int(a[row * k + $1]) * Int(b[column * k + $1]) }
      #expect(found[index] == Float(sum) * (rows[row] * columns[column]))
    }
  }

  @Test("with b in bytes a product has the bits that it has in 16", arguments: variants, shapes)
  func byteProduct(variant: String, shape: Shape) throws {
    let (m, n, depth) = (shape.m, shape.n, shape.k)
    let k = depth + depth % 2
    let a = (0..<m * k).map { Int16($0 % k >= depth ? 0 : $0 * 31 % 3001 - 1500) }
    let b = (0..<n * k).map { Int16($0 % k >= depth ? 0 : $0 * 17 % 255 - 127) }
    let turned = (0..<depth * n).map { b[$0 % n * k + $0 / n] }
    let size = ck_packed_s16_size(n, k)
    var (wide, byRows) = ([Int16](repeating: 99, count: size), [Int8](repeating: 99, count: size))
    var byColumns = byRows
    ck_pack_s16_rows(0, n, k, b, k, &wide)
    ck_pack_s16s8_rows(0, n, k, b, k, &byRows)
    ck_pack_s16s8_columns(0, depth, n, k, turned, n, &byColumns)
    #expect(byRows == byColumns && byRows.map(Int16.init) == wide)
    let (rows, columns) = (Self.values(m, seed: 4), Self.values(n, seed: 5))
    var (expected, found) = ([Float](repeating: .nan, count: m * n), [Float](repeating: .infinity, count: m * n))
    try table(variant).gemm_s16(m, n, k, a, k, rows, wide, columns, &expected, n)
    try table(variant).gemm_s16s8(m, n, k, a, k, rows, byRows, columns, &found, n)
    #expect(found == expected)
  }

  @Test("the softmax in 16 bits is that of the numbers", arguments: variants, [1, 2, 17, 1500])
  func softmaxInt16(variant: String, width: Int) throws {
    let x = Self.values(2 * width, seed: 9).map { $0 * 12 }
    let weight = Self.values(width, seed: 10).map { $0 * 0.4 + 0.5 }
    let even = width + width % 2
    var (scores, shorts, factors) = (x, [Int16](repeating: 99, count: 2 * even), [Float](repeating: .nan, count: 2))
    try table(variant).softmax_s16(2, width, &scores, width, weight, &shorts, even, &factors)
    for row in 0..<2 {
      let own = x[row * width..<(row + 1) * width].map(Double.init)
      let powers = own.map { exp2($0 - own.max()!) }
      let sum = powers.reduce(0, +)
      for i in 0..<width {
        let found = Double(shorts[row * even + i]) * Double(factors[row])
        #expect(abs(found - powers[i] / sum * Double(weight[i])) <= Double(factors[row]) * 0.51)
      }
      #expect(shorts[row * even..<(row + 1) * even].reduce(0) { $0 + Int($1) } <= Int(CK_S16_ROW_SUM))
      #expect(width == even || shorts[row * even + width] == 0)
    }
  }

  @Test("attention to cached rows is softmax(QK)V", arguments: variants, [(1, 4), (3, 17), (40, 64)])
  func attention(variant: String, size: (count: Int, depth: Int)) throws {
    let (count, depth) = size
    let (query, keys) = (Self.values(depth, seed: 11), Self.values(2 * count * depth, seed: 12))
    let values = Self.values(2 * count * depth, seed: 13)
    let offsets = (0..<count).map { (count - 1 - $0) * 2 * depth }
    var (scores, found) = ([Float](repeating: .nan, count: count), [Float](repeating: .nan, count: depth))
    try table(variant).attend(count, depth, query, keys, values, offsets, 0.3, &scores, &found)
    let raw = offsets.map { offset in
      (0..<depth).reduce(0.0) { $0 + Double(query[$1]) * Double(keys[offset + $1]) } * 0.3
    }
    let powers = raw.map { exp($0 - raw.max()!) }
    for i in 0..<depth {
      let expected = zip(powers, offsets).reduce(0.0) { $0 + $1.0 * Double(values[$1.1 + i]) } / powers.reduce(0, +)
      #expect(abs(Double(found[i]) - expected) <= 2e-6)
    }
  }

  @Test(
    "the largest value, the sum of exponentials and the first value above another", arguments: variants, [1, 16, 100])
  func search(variant: String, count: Int) throws {
    let kernels = try table(variant)
    var x = Self.values(count, seed: 14)
    x[count / 2] = 3
    #expect(kernels.maximum(count, x) == 3)
    let sum = x.reduce(0.0) { $0 + exp(Double($1) - 3) }
    #expect(abs(Double(kernels.exp_sum(count, x, 3)) - sum) <= 1e-6 * sum)
    #expect(kernels.first_above(count, x, 2) == count / 2)
    #expect(kernels.first_above(count, x, 3) == count)
    #expect(kernels.maximum(0, x) == -.infinity)
  }

  @Test("softmax, layer norm and GELU match textbook double precision", arguments: variants, [1, 5, 16, 33, 1500])
  func rowOps(variant: String, width: Int) throws {
    let kernels = try table(variant)
    let x = Self.values(width, seed: 7).map { $0 * 6 }
    var soft = x
    kernels.softmax(1, width, &soft, width)
    let exps = x.map { exp(Double($0) - Double(x.max()!)) }
    #expect(Self.largestDifference(soft, exps.map { Float($0 / exps.reduce(0, +)) }) <= 1e-6)
    var normed = [Float](repeating: .nan, count: width)
    let ones = [Float](repeating: 1, count: width), zeros = [Float](repeating: 0, count: width)
    kernels.layer_norm(1, width, x, ones, zeros, &normed)
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(width)
    let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(width)
    #expect(
      Self.largestDifference(normed, x.map { Float((Double($0) - mean) / (variance + 1e-5).squareRoot()) }) <= 2e-5)
    var gelu = x
    kernels.gelu(width, &gelu)
    #expect(
      Self.largestDifference(gelu, x.map { Float(0.5 * Double($0) * (1 + erf(Double($0) / 2.0.squareRoot()))) }) <= 2e-6
    )
  }

  @Test("half and brain floats convert exactly") func smallFloats() {
    let halves: [UInt16] = [0x0000, 0x8000, 0x3C00, 0xC000, 0x7BFF, 0x0001, 0x03FF, 0x7C00]
    var out = [Float](repeating: .nan, count: halves.count)
    ck_f16_to_f32(halves.count, halves, &out)
    #expect(out == [0, -0.0, 1, -2, 65504, 5.9604645e-08, 6.0975552e-05, .infinity])
    let brains: [UInt16] = [0x3F80, 0xC000, 0x0000]
    ck_bf16_to_f32(brains.count, brains, &out)
    #expect(out[..<3] == [1, -2, 0])
  }
}
