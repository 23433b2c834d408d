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
    ck_pack_f32_columns(n, k, turned, n, &packedAgain)
    #expect(packed == packedAgain)
    var expected = [Float](repeating: .nan, count: m * n)
    var found = expected
    scalar.gemm_f32(m, n, k, a, k + 3, packed, bias, &expected, n)
    try table(variant).gemm_f32(m, n, k, a, k + 3, packed, bias, &found, n)
    #expect(Self.largestDifference(expected, found) <= 2e-6 * Float(k).squareRoot() + 1e-6)
  }

  @Test("8-bit products match to the bit", arguments: variants, shapes)
  func int8Product(variant: String, shape: Shape) throws {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    let stride = ck_s8_stride(k)
    // Extreme values: saturation anywhere would show.
    let a = (0..<m * stride).map { $0 % stride < k ? Int8($0 % 3 == 0 ? 127 : $0 % 3 == 1 ? -127 : Int8($0 % 100)) : 0 }
    let b = (0..<n * k).map { Int8($0 % 2 == 0 ? 127 : $0 % 5 == 0 ? -128 : -127) }
    let (aScale, bScale) = (Self.values(m, seed: 4).map { $0 + 2 }, Self.values(n, seed: 5).map { $0 + 2 })
    var packed = [Int8](repeating: 99, count: ck_packed_s8_size(n, k))
    ck_pack_s8(n, k, b, &packed)
    var expected = [Float](repeating: .nan, count: m * n)
    var found = expected
    scalar.gemm_s8(m, n, k, a, aScale, packed, bScale, nil, &expected, n)
    try table(variant).gemm_s8(m, n, k, a, aScale, packed, bScale, nil, &found, n)
    let scale = expected.map(abs).max() ?? 1
    #expect(Self.largestDifference(expected, found) <= max(1, scale) * 2e-7)
  }

  @Test("rows are quantised alike and zero rows stay zero", arguments: variants, [1, 3, 16, 37, 512])
  func quantise(variant: String, width: Int) throws {
    let rows = 3
    var x = Self.values(rows * width, seed: 6)
    for i in 0..<width { x[width + i] = 0 }
    let stride = ck_s8_stride(width)
    var (expected, found) = ([Int8](repeating: 99, count: rows * stride), [Int8](repeating: 99, count: rows * stride))
    var (scaleA, scaleB) = ([Float](repeating: .nan, count: rows), [Float](repeating: .nan, count: rows))
    scalar.quantize_rows(rows, width, x, width, &expected, &scaleA)
    try table(variant).quantize_rows(rows, width, x, width, &found, &scaleB)
    #expect(zip(expected, found).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    #expect(scaleA == scaleB && scaleB[1] == 1)
    #expect(found[stride..<2 * stride].allSatisfy { $0 == 0 })
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
