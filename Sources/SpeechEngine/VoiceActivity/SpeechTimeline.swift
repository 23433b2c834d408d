/// Where sound lay before the silences were cut out: faster-whisper's `SpeechTimestampsMap`.
public struct SpeechTimeline: Sendable, Equatable {
  /// Samples of the recording, ascending.
  public let ranges: [Range<Int>]
  private let sampleRate: Int
  /// Sample of the joined speech behind each stretch's last one.
  private var chunkEnds: [Int] = []
  /// Seconds cut out before each stretch.
  private var silenceBefore: [Double] = []

  /// - Parameter ranges: the stretches of speech that were joined, in samples, ascending and disjoint.
  public init(_ ranges: [Range<Int>], sampleRate: Int = AudioClip.sampleRate) {
    self.ranges = ranges
    self.sampleRate = sampleRate
    var (previousEnd, silence) = (0, 0)
    for range in ranges {
      silence += range.lowerBound - previousEnd
      previousEnd = range.upperBound
      chunkEnds.append(range.upperBound - silence)
      silenceBefore.append(Double(silence) / Double(sampleRate))
    }
  }

  /// Seconds of speech.
  public var duration: Double { Double(chunkEnds.last ?? 0) / Double(sampleRate) }

  /// The time in the recording, rounded to hundredths, of a time in the joined speech.
  /// - Parameters:
  ///   - chunkIndex: the stretch it belongs to; nil: the one it lies in.
  ///   - isEnd: a time on a border belongs to the stretch that ends there, not to the next.
  public func originalTime(_ seconds: Double, chunkIndex: Int? = nil, isEnd: Bool = false) -> Double {
    let index = chunkIndex ?? self.chunkIndex(at: seconds, isEnd: isEnd)
    return Self.hundredths((silenceBefore.indices.contains(index) ? silenceBefore[index] : 0) + seconds)
  }

  /// The stretch that a time in the joined speech lies in; the last one for later times, 0 where there is none.
  public func chunkIndex(at seconds: Double, isEnd: Bool = false) -> Int {
    let sample = (seconds * Double(sampleRate)).rounded(.towardZero)
    var (low, high) = (0, chunkEnds.count)
    while low < high {
      let middle = (low + high) / 2
      if sample < Double(chunkEnds[middle]) { high = middle } else { low = middle + 1 }
    }
    if isEnd, low > 0, Double(chunkEnds[low - 1]) == sample {
      return chunkEnds.firstIndex(of: chunkEnds[low - 1]) ?? low - 1
    }
    return max(0, min(low, chunkEnds.count - 1))
  }

  /// Segments and words with their times in the recording. Both ends of a word belong to the stretch that its middle lies
  /// in; a segment with words lasts from its first to its last one.
  public func restore(_ segments: [Segment]) -> [Segment] { segments.map(restore) }

  private func restore(_ segment: Segment) -> Segment {
    var segment = segment
    if let words = segment.words.map({ $0.map(restore) }), let first = words.first, let last = words.last {
      segment.start = first.start
      segment.end = last.end
      segment.words = words
    } else {
      segment.start = originalTime(segment.start)
      segment.end = originalTime(segment.end, isEnd: true)
    }
    return segment
  }

  private func restore(_ word: Word) -> Word {
    let index = chunkIndex(at: (word.start + word.end) / 2)
    var word = word
    word.start = originalTime(word.start, chunkIndex: index)
    word.end = originalTime(word.end, chunkIndex: index)
    return word
  }

  /// What lies between the stretches of speech in a recording of `total` samples.
  public func dropped(total: Int) -> [SkippedSpan] {
    let starts = [0] + ranges.map(\.upperBound)
    let ends = ranges.map(\.lowerBound) + [total]
    return zip(starts, ends).filter { $0 < $1 }.map { start, end in
      SkippedSpan(
        start: Double(start) / Double(sampleRate), end: Double(end) / Double(sampleRate), reason: .voiceActivity)
    }
  }

  /// Rounded as Python's `round(x, 2)`: by the exact value of `x`, a tie to the even digit. `x * 100` alone rounds twice.
  package static func hundredths(_ x: Double) -> Double {
    guard abs(x) < 1e12 else { return x }
    let near = (x * 100).rounded(.down)
    let rest = (-near).addingProduct(x, 100)  // exact: one rounding, and few bits are left
    let up = rest > 0.5 || (rest == 0.5 && near.truncatingRemainder(dividingBy: 2) != 0)
    return (up ? near + 1 : near) / 100
  }
}
