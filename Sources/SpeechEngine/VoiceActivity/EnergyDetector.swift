import Foundation

/// Tells speech from steady sound without weights: how far the bands of a window rise above their own noise floor, and
/// whether they swing within a second as syllables do. The floor of a band is a low percentile of its levels around the
/// window, so it follows slow changes, needs no silence to start from, and lies in the gaps between words where speech
/// never pauses. It keeps rather than drops: whatever rises and falls (music, a slamming door) counts as speech; silence,
/// a constant offset, hum and hiss do not.
struct EnergyDetector: SpeechDetector {
  /// Borders of the bands, in bins of 31.25 Hz: 94, 312, 625, 1000, 1500, 2250, 3375, 5000 and 7500 Hz.
  private static let borders = [3, 10, 20, 32, 48, 72, 108, 160, 240]

  private let transform = RealFourierTransform(length: SpeechWindow.length)
  private let hann = (0..<SpeechWindow.length).map {
    Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(SpeechWindow.length)))
  }
  private var pending: [Float] = []
  private var power = [Float](repeating: 0, count: SpeechWindow.length / 2 + 1)
  private var levels = BandLevels(bands: borders.count - 1)

  mutating func append(_ samples: UnsafeBufferPointer<Float>) {
    for sample in samples {
      pending.append(sample)
      if pending.count == SpeechWindow.length { judge() }
    }
  }

  mutating func finish() -> [Float] {
    pending += [Float](repeating: 0, count: SpeechWindow.length - pending.count)
    judge()
    return levels.movements().map(Self.probability)
  }

  private mutating func judge() {
    for index in pending.indices { pending[index] *= hann[index] }
    pending.withUnsafeBufferPointer { frame in
      power.withUnsafeMutableBufferPointer { spectrum in
        if let from = frame.baseAddress, let to = spectrum.baseAddress { transform.power(of: from, into: to) }
      }
    }
    // A full-scale sine has 0 dB: this side of its Hann-windowed spectrum sums to length² · 3/32.
    let fullScale = Float(SpeechWindow.length * SpeechWindow.length) * 3 / 32
    levels.append(
      zip(Self.borders, Self.borders.dropFirst()).map { low, high in power[low..<high].reduce(0, +) / fullScale })
    pending.removeAll(keepingCapacity: true)
  }

  /// 0.5 where the bands rise 4 dB and swing 8 dB. Steady noise of any colour swings by up to 7.8 dB; speech that is 10 dB
  /// louder than the noise swings by more.
  private static func probability(_ movement: BandLevels.Movement) -> Float {
    1 / (1 + exp(-min(movement.rise - 4, 2 * (movement.swing - 8))))
  }
}
