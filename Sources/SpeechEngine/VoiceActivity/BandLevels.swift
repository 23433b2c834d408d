import Foundation

/// Levels of frequency bands over time, a byte each, and how far they rise above the floor around them.
struct BandLevels {
  /// dB of one step; level 0 is `lowest` dB and what is below.
  static let step: Float = 0.5
  static let lowest: Float = -90
  /// Windows on each side that the floor is taken from: 10 s.
  private static let reach = 312
  /// Share of these windows that lie below the floor.
  private static let percentile = 0.1
  /// Bands that must rise: vowels and hisses fill different ones.
  private static let rising = 4

  private let bands: Int
  private var levels: [UInt8] = []  // [windows, bands]

  init(bands: Int) { self.bands = bands }

  var windows: Int { levels.count / bands }

  /// - Parameter powers: of the bands, 1 for full scale.
  mutating func append(_ powers: [Float]) {
    for power in powers {
      let steps = (10 * log10(max(power, 1e-20)) - Self.lowest) / Self.step
      // What is no number is as loud as can be: it is kept.
      levels.append(steps.isFinite ? UInt8(max(0, min(255, steps))) : 255)
    }
  }

  /// For every window the mean excess over the floor, in dB, of the bands that rise most.
  func excess() -> [Float] {
    var histograms = [Histogram](repeating: Histogram(), count: bands)
    var result: [Float] = []
    result.reserveCapacity(windows)
    for window in 0..<min(Self.reach, windows) { add(window, to: &histograms) }
    for window in 0..<windows {
      if window + Self.reach < windows { add(window + Self.reach, to: &histograms) }
      if window > Self.reach { remove(window - Self.reach - 1, from: &histograms) }
      result.append(rise(window, histograms))
    }
    return result
  }

  private func add(_ window: Int, to histograms: inout [Histogram]) {
    for band in 0..<bands { histograms[band].add(levels[window * bands + band]) }
  }

  private func remove(_ window: Int, from histograms: inout [Histogram]) {
    for band in 0..<bands { histograms[band].remove(levels[window * bands + band]) }
  }

  private func rise(_ window: Int, _ histograms: [Histogram]) -> Float {
    var rises = (0..<bands).map { band in
      Int(levels[window * bands + band]) - histograms[band].level(at: Self.percentile)
    }
    rises.sort(by: >)
    return Float(rises.prefix(Self.rising).reduce(0, +)) / Float(Self.rising) * Self.step
  }
}

/// Counts of levels that come and go.
private struct Histogram {
  private var counts = [Int32](repeating: 0, count: 256)
  private var total = 0

  mutating func add(_ level: UInt8) {
    counts[Int(level)] += 1
    total += 1
  }

  mutating func remove(_ level: UInt8) {
    counts[Int(level)] -= 1
    total -= 1
  }

  /// The lowest level that more than this share of all lie at or below.
  func level(at share: Double) -> Int {
    let below = Int(Double(total) * share)
    var sum = 0
    for (level, count) in counts.enumerated() {
      sum += Int(count)
      if sum > below { return level }
    }
    return 0
  }
}
