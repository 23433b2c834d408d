import CKernels
import Foundation
import Testing

/// The log-mel features of every variant against the definition: a Fourier sum in double precision for each bin.
@Suite("Log-mel kernels match the definition")
struct LogMelKernelTests {
  /// Bands that overlap, one of a single bin, one at either end; weights that differ.
  private static let bands: [ClosedRange<Int>] = [0...0, 0...3, 2...9, 7...30, 25...25, 20...111, 100...200, 200...200]
  private static let first = bands.map { UInt16($0.lowerBound) }
  private static let count = bands.map { UInt16($0.count) }
  private static let weights = bands.flatMap { $0.map { 0.01 + Double($0 * 7 % 13) / 100 } }
  private static let window = (0..<400).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / 400)) }
  private static let roots = (0..<400).map { (cos(2 * .pi * Double($0) / 400), sin(2 * .pi * Double($0) / 400)) }

  /// - Returns: [bands, frames] with rows `gap` further apart, NaN between them.
  private func features(
    _ variant: String, _ samples: UnsafePointer<Float>, frames: Int, gap: Int
  ) throws -> (values: [Float], peak: Float) {
    let kernels = try #require(ck_kernels_named(variant)).pointee
    let stride = frames + gap
    var values = [Float](repeating: .nan, count: Self.bands.count * stride)
    let peak = Self.window.withUnsafeBufferPointer { window in
      Self.first.withUnsafeBufferPointer { first in
        Self.count.withUnsafeBufferPointer { count in
          Self.weights.withUnsafeBufferPointer { weights in
            var mel = ck_mel(
              bands: Self.bands.count, window: window.baseAddress, first: first.baseAddress, count: count.baseAddress,
              weights: weights.baseAddress)
            return kernels.log_mel(&mel, frames, samples, &values, stride)
          }
        }
      }
    }
    return (values, peak)
  }

  private func power(_ samples: UnsafePointer<Float>, bin: Int) -> Double {
    var (re, im) = (0.0, 0.0)
    for i in 0..<400 {
      let (x, root) = (Double(samples[i] * Self.window[i]), Self.roots[i * bin % 400])
      re += x * root.0
      im -= x * root.1
    }
    return re * re + im * im
  }

  private func expected(_ samples: UnsafePointer<Float>) -> [Double] {
    let power = (0...200).map { self.power(samples, bin: $0) }
    var weight = Self.weights.makeIterator()
    return Self.bands.map { band in
      log10(max(1e-10, band.reduce(0) { $0 + power[$1] * (weight.next() ?? .nan) }))
    }
  }

  /// A loud tone over faint noise: single precision would drown the quiet bands.
  private static func sound(_ count: Int) -> [Float] {
    KernelVariantTests.values(count, seed: 21).enumerated().map { 0.9 * sin(Float($0) * 0.7) + 1e-5 * $1 }
  }

  @Test(
    "frames match to half a unit in the last place and 1e-7, and the largest is returned",
    arguments: KernelVariantTests.variants, [1, 3, 4, 5, 8, 9, 15, 16, 17, 33])
  func frames(variant: String, frames: Int) throws {
    for gap in [0, 1] {
      let samples = Self.sound((frames - 1) * 160 + 401)
      try samples.withUnsafeBufferPointer { buffer in
        let base = try #require(buffer.baseAddress) + gap  // unaligned the second time
        let (found, peak) = try features(variant, base, frames: frames, gap: gap)
        for frame in 0..<frames {
          for (band, value) in expected(base + frame * 160).enumerated() {
            let own = found[band * (frames + gap) + frame]
            #expect(abs(Double(own) - value) <= Double(Float(value).ulp) / 2 + 1e-7, "band \(band), frame \(frame)")
          }
        }
        let written = found.enumerated().filter { $0.offset % (frames + gap) < frames }.map(\.element)
        #expect(peak == written.max() && found.count - found.filter(\.isNaN).count == Self.bands.count * frames)
      }
    }
  }

  @Test("a frame has the same bits whatever frames are beside it", arguments: KernelVariantTests.variants)
  func cuts(variant: String) throws {
    let frames = 40
    let samples = Self.sound((frames - 1) * 160 + 400)
    try samples.withUnsafeBufferPointer { buffer in
      let base = try #require(buffer.baseAddress)
      let whole = try features(variant, base, frames: frames, gap: 0).values
      for (first, count) in [(0, 1), (1, 7), (3, 16), (5, 21), (39, 1)] {
        let part = try features(variant, base + first * 160, frames: count, gap: 0).values
        for index in part.indices {
          #expect(part[index] == whole[index / count * frames + first + index % count])
        }
      }
    }
  }

  @Test("silence, NaN and infinities become the floor of -10", arguments: KernelVariantTests.variants)
  func oddSound(variant: String) throws {
    for odd in [0, Float.nan, .infinity] {
      let samples = [Float](repeating: odd, count: 400 + 16 * 160)
      let (values, peak) = try features(variant, samples, frames: 17, gap: 0)
      #expect(values.allSatisfy { $0 == -10 } && peak == -10, "\(odd)")
    }
    #expect(try features(variant, [0], frames: 0, gap: 1).peak == -.infinity)
  }

  @Test("scaling clips at the floor and is exact", arguments: KernelVariantTests.variants, [0, 1, 15, 16, 17, 100])
  func scaling(variant: String, count: Int) throws {
    let kernels = try #require(ck_kernels_named(variant)).pointee
    var x = KernelVariantTests.values(count, seed: 22).map { $0 * 10 }
    if count > 2 { (x[1], x[count - 1]) = (.nan, -.infinity) }
    var found = [Float](repeating: .nan, count: count + 1)
    kernels.mel_scale(count, x, -3.3, &found)
    #expect(found.dropLast() == ArraySlice(x.map { ($0 > -3.3 ? $0 + 4 : -3.3 + 4) / 4 }) && found[count].isNaN)
  }
}
