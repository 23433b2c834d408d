/// How segments become subtitles. Without limits a segment is a cue.
public struct SubtitleLayout: Sendable, Equatable {
  /// Characters of a line at most; nil: no limit. A single longer word has a line of its own.
  public var maxLineWidth: Int?
  /// Lines of a cue at most; nil: as many as the segment needs.
  public var maxLineCount: Int?

  public init(maxLineWidth: Int? = nil, maxLineCount: Int? = nil) {
    self.maxLineWidth = maxLineWidth
    self.maxLineCount = maxLineCount
  }

  struct Cue: Equatable {
    var start: Double
    var end: Double
    var lines: [[Word]]
    /// The words' times are measured, not shared out.
    let hasWordTimes: Bool
  }

  func cues(of segments: [Segment]) -> [Cue] { segments.flatMap(cues) }

  private func cues(of segment: Segment) -> [Cue] {
    let hasTimes = !(segment.words ?? []).isEmpty
    let lines = lines(of: hasTimes ? segment.words ?? [] : Self.sharedOut(segment))
    guard !lines.isEmpty else { return [] }
    let size = max(1, maxLineCount ?? lines.count)
    let groups = stride(from: 0, to: lines.count, by: size).map { Array(lines[$0..<min($0 + size, lines.count)]) }
    var cues = groups.map { lines in
      Cue(
        start: lines[0].first?.start ?? segment.start, end: lines[lines.count - 1].last?.end ?? segment.end,
        lines: lines, hasWordTimes: hasTimes)
    }
    cues[0].start = segment.start
    cues[cues.count - 1].end = segment.end
    return cues
  }

  private func lines(of words: [Word]) -> [[Word]] {
    var lines: [[Word]] = []
    var width = 0
    for word in words {
      let own = word.word.count
      if let last = lines.indices.last, maxLineWidth.map({ width + own - Self.leadingSpace <= $0 }) ?? true {
        lines[last].append(word)
        width += own
      } else {
        lines.append([word])
        width = own
      }
    }
    return lines
  }

  /// The blank before a line's first word is not shown.
  private static let leadingSpace = 1

  /// Words whose times are shares of their segment, by their number of characters.
  private static func sharedOut(_ segment: Segment) -> [Word] {
    let words = segment.text.split(whereSeparator: \.isWhitespace)
    let total = Double(max(1, words.reduce(0) { $0 + $1.count }))
    let duration = segment.end - segment.start
    var done = 0
    return words.map { word in
      let start = segment.start + duration * Double(done) / total
      done += word.count
      return Word(
        start: start, end: segment.start + duration * Double(done) / total, word: " " + word, probability: 0)
    }
  }
}
