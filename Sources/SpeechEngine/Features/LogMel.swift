import Foundation

/// log10 of the mel energies of single frames: 400 samples under a periodic Hann window, power, Slaney mel bands, a floor of
/// 1e-10. Where the frames come from and what is done with the recording's maximum is for the callers.
struct LogMel: Sendable {
  static let frameLength = 400
  static let hop = 160
  private let filters: [MelFilterBank.Filter]
  private let window: [Float]
  private let transform: RealFourierTransform
  var bands: Int { filters.count }

  init(bands: Int) {
    filters = MelFilterBank(count: bands, frameLength: Self.frameLength, sampleRate: AudioClip.sampleRate).filters
    window = (0..<Self.frameLength).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(Self.frameLength))) }
    transform = RealFourierTransform(length: Self.frameLength)
  }

  /// Samples that so many frames cover.
  static func span(of frames: Int) -> Int { frames > 0 ? (frames - 1) * hop + frameLength : 0 }

  /// - Parameters:
  ///   - samples: `span(of: count)` of them; frame t begins at sample t * hop.
  ///   - output: band b of frame t goes to output[b * stride + t].
  func frames(
    _ samples: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let bins = Self.frameLength / 2 + 1
    withUnsafeTemporaryAllocation(of: RealFourierTransform.Complex.self, capacity: transform.scratchCount) { scratch in
      withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: bins) { power in
        guard let scratch = scratch.baseAddress, let power = power.baseAddress else { return }
        for first in Swift.stride(from: 0, to: count, by: RealFourierTransform.lanes) {
          let lanes = min(RealFourierTransform.lanes, count - first)
          load(samples + first * Self.hop, lanes: lanes, into: scratch)
          transform.power(scratch, into: power)
          write(power, lanes: lanes, into: output + first, stride: stride)
        }
      }
    }
  }

  /// Windowed frames, one a lane; lanes beyond the last frame repeat it.
  private func load(
    _ samples: UnsafePointer<Float>, lanes: Int, into scratch: UnsafeMutablePointer<RealFourierTransform.Complex>
  ) {
    let offsets = SIMD4<Int>(0, min(1, lanes - 1), min(2, lanes - 1), min(3, lanes - 1)) &* Self.hop
    let (a, b, c, d) = (samples + offsets[0], samples + offsets[1], samples + offsets[2], samples + offsets[3])
    window.withUnsafeBufferPointer { window in
      for i in 0..<Self.frameLength / 2 {
        let (even, odd) = (2 * i, 2 * i + 1)
        let re = SIMD4<Float>(a[even], b[even], c[even], d[even]) * window[even]
        let im = SIMD4<Float>(a[odd], b[odd], c[odd], d[odd]) * window[odd]
        scratch[i] = RealFourierTransform.Complex(re: SIMD4<Double>(re), im: SIMD4<Double>(im))
      }
    }
  }

  private func write(
    _ power: UnsafePointer<SIMD4<Float>>, lanes: Int, into output: UnsafeMutablePointer<Float>, stride: Int
  ) {
    for (band, filter) in filters.enumerated() {
      var sum = SIMD4<Float>.zero
      filter.weights.withUnsafeBufferPointer { weights in
        for offset in 0..<weights.count { sum += weights[offset] * power[filter.firstBin + offset] }
      }
      for lane in 0..<lanes { output[band * stride + lane] = log10(max(sum[lane], 1e-10)) }
    }
  }
}
