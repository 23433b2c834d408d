import Foundation

/// Levels of frequency bands over time, a byte each, and how they move.
struct BandLevels {
  /// dB of one step; level 0 is `lowest` dB of full scale and what is below.
  private static let step: Float = 0.5
  private static let lowest: Float = -90
  /// Windows on each side that a band's floor is taken from: 10 s.
  static let floorReach = 312
  /// Windows on each side that a band's swing is taken from: 1 s.
  static let swingReach = 31
  /// Bands that count, the most lively ones: vowels and hisses fill different ones.
  private static let lively = 4

  /// What a window is judged by, in dB.
  struct Movement {
    /// How far the window lies above the floor, the 10th percentile around it.
    let rise: Float
    /// How far the 10th and the 95th percentile around the window lie apart.
    let swing: Float
  }

  private let bands: Int
  private var levels: [UInt8] = []  // [windows, bands]

  init(bands: Int) { self.bands = bands }

  /// - Parameter powers: of the bands, 1 for full scale.
  mutating func append(_ powers: [Float]) {
    levels += powers.map(Self.level)
  }

  static func level(of power: Float) -> UInt8 {
    let steps = (10 * log10(max(power, 1e-20)) - lowest) / step
    // What is no number is as loud as can be: it is kept.
    return steps.isFinite ? UInt8(max(0, min(255, steps))) : 255
  }

  /// Of every window, the mean over its most lively bands.
  func movements() -> [Movement] {
    var wide = SlidingPercentiles(levels, bands: bands, reach: Self.floorReach)
    var near = SlidingPercentiles(levels, bands: bands, reach: Self.swingReach)
    return (0..<levels.count / bands).map { window in
      wide.move(to: window)
      near.move(to: window)
      let rises = (0..<bands).map { Int(levels[window * bands + $0]) - wide.level(of: $0, at: 0.1) }
      let swings = (0..<bands).map { near.level(of: $0, at: 0.95) - near.level(of: $0, at: 0.1) }
      return Movement(rise: Self.mean(rises), swing: Self.mean(swings))
    }
  }

  /// The lowest level that more than a share of windows lie at or below.
  /// - Parameters:
  ///   - counts: [bands, 256], how many windows have each level.
  ///   - windows: how many there are.
  static func level(of band: Int, in counts: [Int32], windows: Int, at share: Double) -> Int {
    let below = Int32(Double(windows) * share)
    var sum: Int32 = 0
    for level in 0..<256 {
      sum += counts[band * 256 + level]
      if sum > below { return level }
    }
    return 255
  }

  static func mean(_ steps: [Int]) -> Float {
    Float(steps.sorted(by: >).prefix(lively).reduce(0, +)) / Float(lively) * step
  }
}

/// Percentiles of the levels of all windows up to `reach` away from one that moves on.
private struct SlidingPercentiles {
  private let levels: [UInt8]  // [windows, bands]
  private let bands: Int
  private let reach: Int
  private var counts: [Int32]  // [bands, 256]
  /// Windows that are counted.
  private var counted = 0..<0

  init(_ levels: [UInt8], bands: Int, reach: Int) {
    (self.levels, self.bands, self.reach) = (levels, bands, reach)
    counts = Array(repeating: 0, count: bands * 256)
  }

  mutating func move(to window: Int) {
    let wanted = max(0, window - reach)..<min(levels.count / bands, window + reach + 1)
    for window in counted.upperBound..<wanted.upperBound { count(window, 1) }
    for window in counted.lowerBound..<wanted.lowerBound { count(window, -1) }
    counted = wanted
  }

  private mutating func count(_ window: Int, _ change: Int32) {
    for band in 0..<bands { counts[band * 256 + Int(levels[window * bands + band])] += change }
  }

  func level(of band: Int, at share: Double) -> Int {
    BandLevels.level(of: band, in: counts, windows: counted.count, at: share)
  }
}
