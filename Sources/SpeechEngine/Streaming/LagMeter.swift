/// How far words lag behind the sound that they were said in, by a clock that somebody else reads.
package struct LagMeter {
  /// When the sound up to a sample was there: seconds of the clock.
  private var arrivals: [(sample: Int, at: Double)] = []
  private var lags: [Double] = []
  private var nextLag = 0
  private var shown: [String] = []
  /// When the first text of all was shown, while nobody knows when it was begun.
  private var firstShown: Double?
  private var revisions = 0
  package private(set) var stats = StreamingStats()

  /// Samples between two entries at least, and seconds that they reach back.
  private static let grain = AudioClip.sampleRate / 50
  private static let reach = 60 * AudioClip.sampleRate
  private static let mostLags = 1000

  package init() {}

  package mutating func heard(upTo sample: Int, at now: Double) {
    stats.heard = Double(sample) / Double(AudioClip.sampleRate)
    if let last = arrivals.last, arrivals.count > 1, sample - arrivals[arrivals.count - 2].sample < Self.grain {
      arrivals[arrivals.count - 1] = (max(sample, last.sample), now)
    } else {
      arrivals.append((sample, now))
    }
    if arrivals.count > 2 * Self.reach / Self.grain {
      let first = arrivals.firstIndex { $0.sample >= sample - Self.reach } ?? 0
      arrivals.removeFirst(first)
    }
  }

  /// When a moment of the sound was there; as good as now for what is not.
  private func arrival(of seconds: Double, now: Double) -> Double {
    let sample = Int(seconds * Double(AudioClip.sampleRate))
    var (low, high) = (0, arrivals.count)
    while low < high {
      let middle = (low + high) / 2
      if arrivals[middle].sample < sample { low = middle + 1 } else { high = middle }
    }
    return low < arrivals.count ? arrivals[low].at : now
  }

  package mutating func passed(seconds: Double) {
    stats.passes += 1
    stats.busy += seconds
  }

  mutating func shed(_ passes: Int) { stats.shed += passes }

  /// - Parameters:
  ///   - words: of the utterance, as they are shown now.
  ///   - onset: seconds at which the utterance began; nil where that is only known later.
  package mutating func showed(_ words: [String], onset: Double?, now: Double) {
    if stats.firstPartial == nil, !words.isEmpty {
      let first = firstShown ?? now
      firstShown = first
      if let onset { stats.firstPartial = max(0, first - arrival(of: onset, now: first)) * 1000 }
    }
    guard words != shown else { return }
    stats.updates += 1
    revisions += shown.indices.count { $0 >= words.count || shown[$0] != words[$0] }
    shown = words
    settle()
  }

  package mutating func utteranceEnded() { (shown, firstShown) = ([], nil) }

  /// - Parameter ends: of the words, in seconds.
  package mutating func committed(ends: [Double], now: Double) {
    for end in ends {
      let lag = max(0, now - arrival(of: end, now: now))
      stats.largestLag = max(stats.largestLag, lag)
      if lags.count < Self.mostLags { lags.append(lag) } else { lags[nextLag % Self.mostLags] = lag }
      nextLag += 1
    }
    stats.words += ends.count
    if !lags.isEmpty { stats.medianLag = lags.sorted()[lags.count / 2] }
    settle()
  }

  private mutating func settle() {
    stats.revisionsPerWord = stats.words > 0 ? Double(revisions) / Double(stats.words) : 0
  }
}
