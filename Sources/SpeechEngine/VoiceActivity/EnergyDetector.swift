import Foundation

/// Tells speech from steady sound without weights: how far the bands of a window rise above their own noise floor. The
/// floor of a band is a low percentile of its levels around the window, so it follows slow changes, needs no silence to
/// start from, and lies in the gaps between words where speech never pauses. It keeps rather than drops: whatever rises
/// and falls (music, a slamming door) counts as speech; silence, a constant offset, hum and hiss do not.
struct EnergyDetector: SpeechDetector {
  /// Borders of the bands, in bins of 31.25 Hz: 94, 312, 625, 1000, 1500, 2250, 3375, 5000 and 7500 Hz.
  private static let borders = [3, 10, 20, 32, 48, 72, 108, 160, 240]
  static let bands = borders.count - 1

  private var transform = RealFourierTransform(length: SpeechWindow.length)
  private let hann = (0..<SpeechWindow.length).map {
    Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(SpeechWindow.length)))
  }
  private var pending: [Float] = []
  private var power = [Float](repeating: 0, count: SpeechWindow.length / 2 + 1)
  /// A level a band and window, in steps of `BandLevels.step` dB.
  private var levels = BandLevels(bands: bands)

  mutating func append(_ samples: UnsafeBufferPointer<Float>) {
    for sample in samples {
      pending.append(sample)
      if pending.count == SpeechWindow.length { judge() }
    }
  }

  mutating func finish() -> [Float] {
    pending += [Float](repeating: 0, count: SpeechWindow.length - pending.count)
    judge()
    return levels.excess().map(Self.probability)
  }

  private mutating func judge() {
    for index in pending.indices { pending[index] *= hann[index] }
    pending.withUnsafeBufferPointer { frame in
      power.withUnsafeMutableBufferPointer { spectrum in
        if let from = frame.baseAddress, let to = spectrum.baseAddress { transform.power(of: from, into: to) }
      }
    }
    // A full-scale sine has 0 dB: its Hann-windowed spectrum sums to length² * 3/32 on this side.
    let fullScale = Float(SpeechWindow.length * SpeechWindow.length) * 3 / 32
    levels.append(
      zip(Self.borders, Self.borders.dropFirst()).map { low, high in
        power[low..<high].reduce(0, +) / fullScale
      })
    pending.removeAll(keepingCapacity: true)
  }

  /// 0.5 where the bands rise `middle` dB above their floors. Hiss alone rises 1 to 3 dB above the low percentile.
  private static let middle: Float = 5
  private static let slope: Float = 1

  private static func probability(_ excess: Float) -> Float { 1 / (1 + exp((middle - excess) / slope)) }
}
