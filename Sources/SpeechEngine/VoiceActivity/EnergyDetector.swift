import Foundation

/// Tells speech from steady sound without weights: how far the bands of a window rise above their own noise floor, and
/// whether they swing within a second as syllables do. The floor of a band is a low percentile of its levels around the
/// window, so it follows slow changes, needs no silence to start from, and lies in the gaps between words where speech
/// never pauses. It keeps rather than drops: whatever rises and falls (music, a slamming door) counts as speech; silence,
/// a constant offset, hum and hiss do not.
struct EnergyDetector: SpeechDetector {
  private var powers = BandPowers()
  private var levels = BandLevels(bands: BandPowers.bands)

  mutating func append(_ samples: UnsafeBufferPointer<Float>) {
    for window in powers.append(samples) { levels.append(window) }
  }

  mutating func finish() -> [Float] {
    levels.append(powers.finish())
    return levels.movements().map(Self.probability)
  }

  /// 0.5 where the bands rise 4 dB and swing 8 dB. Steady noise of any colour swings by up to 7.8 dB; speech that is 10 dB
  /// louder than the noise swings by more.
  static func probability(_ movement: BandLevels.Movement) -> Float {
    1 / (1 + exp(-min(movement.rise - 4, 2 * (movement.swing - 8))))
  }
}
