/// Finds segments that a model makes up in silence: their words are unlikely, very short or very long, and there is nothing
/// around them. Rules and constants are faster-whisper 1.2.1's.
package struct HallucinationFilter {
  package enum Verdict: Equatable {
    case clean
    /// The window begins with silence of so many seconds: decode again behind it.
    case leadingSilence(Double)
    /// From this piece on nothing counts.
    case cut(at: Int)
  }

  /// Seconds.
  private let threshold: Double
  private static let punctuation = "\"'“¿([{-\"'.。,，!！?？:：”)]}、"
  private static let wordsJudged = 8
  private static let edge = 2.0

  package init(threshold: Double) { self.threshold = threshold }

  /// - Parameters:
  ///   - start: of the window, in seconds.
  ///   - end: of its sound; `windowEnd`: of the whole window, which may be longer.
  ///   - lastSpeech: end of the speech before it.
  package func judge(
    _ pieces: [TimedPiece], start: Double, end: Double, windowEnd: Double, lastSpeech: Double
  ) -> Verdict {
    if let first = pieces.first(where: { !$0.words.isEmpty }), isAnomaly(first), first.start - start > threshold {
      return .leadingSilence(first.start - start)
    }
    var lastEnd = lastSpeech
    for (index, piece) in pieces.enumerated() where !piece.words.isEmpty {
      if isAnomaly(piece) {
        let next = pieces[(index + 1)...].first { !$0.words.isEmpty }
        let nextStart = next?.words.first?.start ?? end
        let silentBefore =
          piece.start - lastEnd > threshold || piece.start < threshold || piece.start - start < Self.edge
        let silentBehind =
          nextStart - piece.end > threshold || (next.map(isAnomaly) ?? false) || windowEnd - piece.end < Self.edge
        if silentBefore, silentBehind { return .cut(at: index) }
      }
      lastEnd = piece.end
    }
    return .clean
  }

  private func isAnomaly(_ piece: TimedPiece) -> Bool {
    guard !piece.words.isEmpty else { return false }
    let words = piece.words.filter { word in
      !word.word.isEmpty && !Self.punctuation.unicodeScalars.contains(word.word.unicodeScalars)
    }.prefix(Self.wordsJudged)
    let score = words.reduce(0) { $0 + Self.score($1) }
    return score >= 3 || score + 0.01 >= Double(words.count)
  }

  private static func score(_ word: Word) -> Double {
    let duration = word.end - word.start
    var score = word.probability < 0.15 ? 1.0 : 0
    if duration < 0.133 { score += (0.133 - duration) * 15 }
    if duration > 2 { score += duration - 2 }
    return score
  }
}
