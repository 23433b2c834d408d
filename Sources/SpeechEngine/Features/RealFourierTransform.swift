import Foundation

/// The power spectrum of real frames whose length is twice a product of 2s, 3s and 5s, several frames at a time: one in each
/// lane of a vector. The log-mel features have a kernel of their own.
///
/// A frame is packed into half as many complex numbers, transformed by a mixed-radix Stockham FFT, and unpacked. Double
/// precision: quiet bands lie 80 dB below loud ones in the same frame, and the logarithm shows what single would lose.
struct RealFourierTransform: Sendable {
  /// Frames that are transformed together.
  static let lanes = 4
  let length: Int
  /// Complex numbers of scratch that one thread needs.
  var scratchCount: Int { length }
  private let half: Int
  private let stages: [Stage]
  private let unpack: [SIMD2<Double>]  // exp(-2πi k / length), k = 0...half

  struct Complex {
    var re: SIMD4<Double>
    var im: SIMD4<Double>

    @inline(__always) static func * (x: Complex, y: SIMD2<Double>) -> Complex {
      Complex(re: x.re * y.x - x.im * y.y, im: x.re * y.y + x.im * y.x)
    }

    @inline(__always) static func + (x: Complex, y: Complex) -> Complex { Complex(re: x.re + y.re, im: x.im + y.im) }
  }

  private struct Stage {
    let radix: Int
    let stride: Int  // product of the radices before this stage
    let blocks: Int  // half / (radix * stride)
    let twiddles: [SIMD2<Double>]  // [blocks, radix]
    let roots: [SIMD2<Double>]  // exp(-2πi j k / radix): [radix k, radix j]
  }

  init(length: Int) {
    precondition(length % 2 == 0, "packing needs an even frame")
    self.length = length
    half = length / 2
    unpack = (0...length / 2).map { Self.root($0, of: length) }
    stages = Self.plan(length / 2)
  }

  private static func root(_ k: Int, of n: Int) -> SIMD2<Double> {
    let angle = -2 * Double.pi * Double(k) / Double(n)
    return SIMD2(cos(angle), sin(angle))
  }

  private static func plan(_ n: Int) -> [Stage] {
    var rest = n
    var stride = 1
    var stages: [Stage] = []
    while rest > 1 {
      let radix = [4, 5, 3, 2].first { rest % $0 == 0 } ?? rest
      let blocks = rest / radix
      let twiddles = (0..<blocks).flatMap { block in (0..<radix).map { root(block * $0, of: rest) } }
      let roots = (0..<radix * radix).map { root($0 / radix * ($0 % radix) % radix, of: radix) }
      stages.append(Stage(radix: radix, stride: stride, blocks: blocks, twiddles: twiddles, roots: roots))
      stride *= radix
      rest = blocks
    }
    return stages
  }

  /// Writes |X[k]|² for k = 0...length/2.
  /// - Parameters:
  ///   - scratch: `scratchCount` numbers, the first half of which hold the frames: x[2i] as real, x[2i + 1] as imaginary part.
  ///   - power: room for length/2 + 1 vectors.
  func power(_ scratch: UnsafeMutablePointer<Complex>, into power: UnsafeMutablePointer<SIMD4<Float>>) {
    var (a, b) = (scratch, scratch + half)
    for stage in stages {
      switch stage.radix {
      case 4: Self.run(stage, radix: 4, a, b)
      case 5: Self.run(stage, radix: 5, a, b)
      default: Self.run(stage, radix: stage.radix, a, b)
      }
      swap(&a, &b)
    }
    for k in 0...half {
      let x = a[k % half]
      let mirrored = a[(half - k) % half]
      let even = Complex(re: (x.re + mirrored.re) * 0.5, im: (x.im - mirrored.im) * 0.5)
      let difference = Complex(re: (x.re - mirrored.re) * 0.5, im: (x.im + mirrored.im) * 0.5)
      let sum = even + Complex(re: difference.im, im: -difference.re) * unpack[k]
      power[k] = SIMD4<Float>(sum.re * sum.re + sum.im * sum.im)
    }
  }

  /// The same for a single frame of `length` samples.
  func power(of frame: UnsafePointer<Float>, into power: UnsafeMutablePointer<Float>) {
    withUnsafeTemporaryAllocation(of: Complex.self, capacity: scratchCount) { scratch in
      withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: half + 1) { spectrum in
        guard let first = scratch.baseAddress, let output = spectrum.baseAddress else { return }
        for i in 0..<half {
          scratch.initializeElement(
            at: i,
            to: Complex(re: .init(repeating: Double(frame[2 * i])), im: .init(repeating: Double(frame[2 * i + 1]))))
        }
        for i in half..<scratchCount { scratch.initializeElement(at: i, to: Complex(re: .zero, im: .zero)) }
        self.power(first, into: output)
        for k in 0...half { power[k] = output[k].x }
      }
    }
  }

  /// One Stockham pass: out[q, radix, block] from in[q, block, radix], decimation in frequency.
  @inline(__always)
  private static func run(
    _ stage: Stage, radix: Int, _ from: UnsafePointer<Complex>, _ to: UnsafeMutablePointer<Complex>
  ) {
    let (stride, blocks) = (stage.stride, stage.blocks)
    stage.roots.withUnsafeBufferPointer { roots in
      for block in 0..<blocks {
        for q in 0..<stride {
          let terms = from + q + stride * block
          for k in 0..<radix {
            var sum = terms[0]
            for j in 1..<radix { sum = sum + terms[stride * blocks * j] * roots[k * radix + j] }
            to[q + stride * (radix * block + k)] = sum * stage.twiddles[block * radix + k]
          }
        }
      }
    }
  }
}
