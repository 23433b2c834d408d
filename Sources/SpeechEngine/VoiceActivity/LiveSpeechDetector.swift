/// Judges sound as it comes, window by window of 512 samples at 16 kHz, from nothing but what came before.
protocol LiveSpeechDetector {
  /// - Returns: a score, 0...1, for each window that is full now.
  mutating func append(_ samples: UnsafeBufferPointer<Float>) -> [Float]
}

/// Silero needs nothing from behind a window.
struct LiveSileroDetector: LiveSpeechDetector {
  private let detector: SileroDetector

  init(_ weights: SileroWeights, _ compute: Compute) { detector = SileroDetector(weights, compute) }

  mutating func append(_ samples: UnsafeBufferPointer<Float>) -> [Float] {
    detector.append(samples)
    return detector.takeScores()
  }
}

/// The built-in detector with half of its view: floor and swing are those of the windows up to the one that is judged.
struct LiveEnergyDetector: LiveSpeechDetector {
  private var powers = BandPowers()
  private var floor = LevelHistory(reach: BandLevels.floorReach)
  private var near = LevelHistory(reach: BandLevels.swingReach)

  mutating func append(_ samples: UnsafeBufferPointer<Float>) -> [Float] {
    powers.append(samples).map { judge($0.map(BandLevels.level)) }
  }

  private mutating func judge(_ levels: [UInt8]) -> Float {
    floor.append(levels)
    near.append(levels)
    let bands = levels.indices
    let rises = bands.map { Int(levels[$0]) - floor.level(of: $0, at: 0.1) }
    let swings = bands.map { near.level(of: $0, at: 0.95) - near.level(of: $0, at: 0.1) }
    return EnergyDetector.probability(.init(rise: BandLevels.mean(rises), swing: BandLevels.mean(swings)))
  }
}

/// Percentiles of the levels of the last windows.
private struct LevelHistory {
  private let reach: Int
  private var windows: [[UInt8]] = []
  private var oldest = 0
  private var counts = [Int32](repeating: 0, count: BandPowers.bands * 256)

  init(reach: Int) { self.reach = reach }

  mutating func append(_ levels: [UInt8]) {
    count(levels, 1)
    guard windows.count == reach else { return windows.append(levels) }
    count(windows[oldest], -1)
    windows[oldest] = levels
    oldest = (oldest + 1) % reach
  }

  private mutating func count(_ levels: [UInt8], _ change: Int32) {
    for (band, level) in levels.enumerated() { counts[band * 256 + Int(level)] += change }
  }

  func level(of band: Int, at share: Double) -> Int {
    BandLevels.level(of: band, in: counts, windows: windows.count, at: share)
  }
}
