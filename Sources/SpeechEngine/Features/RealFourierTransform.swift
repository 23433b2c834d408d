import Foundation

/// The power spectrum of real frames whose length is twice a product of 2s, 3s and 5s (400 for Whisper).
///
/// The frame is packed into half as many complex numbers, transformed by a mixed-radix Stockham FFT, and unpacked. Double
/// precision: quiet bands lie 80 dB below loud ones in the same frame, and the logarithm shows what single would lose.
struct RealFourierTransform {
  let length: Int
  private let half: Int
  private let stages: [Stage]
  private let unpack: [SIMD2<Double>]  // exp(-2πi k / length), k = 0...half
  private var a: [SIMD2<Double>]
  private var b: [SIMD2<Double>]

  private struct Stage {
    let radix: Int
    let stride: Int  // product of the radices before this stage
    let blocks: Int  // half / (radix * stride)
    let twiddles: [SIMD2<Double>]  // [blocks, radix]
    let roots: [SIMD2<Double>]  // exp(-2πi j / radix)
  }

  init(length: Int) {
    precondition(length % 2 == 0, "packing needs an even frame")
    self.length = length
    half = length / 2
    unpack = (0...length / 2).map { Self.root($0, of: length) }
    a = Array(repeating: .zero, count: length / 2)
    b = a
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
      stages.append(
        Stage(
          radix: radix, stride: stride, blocks: blocks, twiddles: twiddles,
          roots: (0..<radix).map { root($0, of: radix) }
        ))
      stride *= radix
      rest = blocks
    }
    return stages
  }

  private static func times(_ x: SIMD2<Double>, _ y: SIMD2<Double>) -> SIMD2<Double> {
    SIMD2(x.x * y.x - x.y * y.y, x.x * y.y + x.y * y.x)
  }

  /// Writes |X[k]|² for k = 0...length/2 of `frame` to `power`, both of them long enough.
  mutating func power(of frame: UnsafePointer<Float>, into power: UnsafeMutablePointer<Float>) {
    for i in 0..<half { a[i] = SIMD2(Double(frame[2 * i]), Double(frame[2 * i + 1])) }
    for stage in stages {
      a.withUnsafeBufferPointer { from in b.withUnsafeMutableBufferPointer { Self.run(stage, from, $0) } }
      swap(&a, &b)
    }
    for k in 0...half {
      let x = a[k % half]
      let mirrored = a[(half - k) % half]
      let y = SIMD2(mirrored.x, -mirrored.y)
      let even = (x + y) * 0.5
      let difference = (x - y) * 0.5
      let odd = SIMD2(difference.y, -difference.x)
      let sum = even + Self.times(unpack[k], odd)
      power[k] = Float(sum.x * sum.x + sum.y * sum.y)
    }
  }

  /// One Stockham pass: out[q, radix, block] from in[q, block, radix], decimation in frequency.
  private static func run(
    _ stage: Stage, _ from: UnsafeBufferPointer<SIMD2<Double>>, _ to: UnsafeMutableBufferPointer<SIMD2<Double>>
  ) {
    let (radix, stride, blocks) = (stage.radix, stage.stride, stage.blocks)
    withUnsafeTemporaryAllocation(of: SIMD2<Double>.self, capacity: radix) { terms in
      for block in 0..<blocks {
        for q in 0..<stride {
          for j in 0..<radix { terms[j] = from[q + stride * (block + blocks * j)] }
          for k in 0..<radix {
            var sum = terms[0]
            for j in 1..<radix { sum += times(terms[j], stage.roots[j * k % radix]) }
            to[q + stride * (radix * block + k)] = times(sum, stage.twiddles[block * radix + k])
          }
        }
      }
    }
  }
}
