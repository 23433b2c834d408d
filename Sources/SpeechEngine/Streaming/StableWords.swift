/// A word of a hypothesis.
package struct HeardWord: Sendable, Equatable {
  /// With its leading space and the punctuation that belongs to it.
  package let text: String
  /// Seconds.
  package let start: Double
  package let end: Double
  /// 0...1.
  package let probability: Double
  /// What the model wrote it with.
  package let tokens: [Int]

  package init(_ text: String, start: Double, end: Double, probability: Double = 1, tokens: [Int] = []) {
    self.text = text
    self.start = start
    self.end = end
    self.probability = probability
    self.tokens = tokens
  }

  /// What counts when hypotheses are compared: letters and digits in lower case.
  var core: String { text.lowercased().filter { $0.isLetter || $0.isNumber } }

  var word: Word { Word(start: start, end: end, word: text, probability: probability) }
}

/// Decides which words of hypotheses that follow each other can be relied on: those that several in a row agree on, as far
/// as the hypotheses agree from their start. What is committed is never taken back. Pure.
/// Source: LocalAgreement of Liu et al., 'Low-Latency Sequence-to-Sequence Speech Recognition', 2020, as whisper_streaming
/// uses it for Whisper; there hypotheses repeat what is committed, here they may go on from it.
package struct StableWords {
  /// The last words that were committed, enough for the check at a seam.
  private var last: [HeardWord] = []
  /// The latest hypotheses without what is committed, newest last.
  private var recent: [[HeardWord]] = []

  /// Words that a seam may repeat.
  private static let longestOverlap = 5
  /// A word that starts earlier than so many seconds before the end of what is committed was committed before.
  private static let tolerance = 0.1
  /// A seam is looked at where the hypothesis begins within so many seconds of it.
  private static let seamReach = 1.0

  package init() {}

  /// What the newest hypothesis has beyond what is committed.
  package var tentative: [HeardWord] { recent.last ?? [] }
  /// End of the last committed word in seconds.
  package var committedEnd: Double? { last.last?.end }

  /// Takes the words of the newest hypothesis.
  /// - Parameters:
  ///   - hypothesis: of the sound so far.
  ///   - agreement: hypotheses in a row that must agree on a word, 1 or more.
  ///   - certainty: words that are less probable are not committed yet.
  ///   - limit: nor are those that end later, in seconds, nor the last one, whose punctuation is a guess.
  ///   - continues: the hypothesis goes on from what is committed; else it begins with the sound and may repeat some of it.
  /// - Returns: the words that are committed now, in the newest spelling.
  package mutating func take(
    _ hypothesis: [HeardWord], agreement: Int = 2, certainty: Double = 0, until limit: Double = .infinity,
    continues: Bool = false
  ) -> [HeardWord] {
    let fresh = continues ? hypothesis : withoutCommitted(hypothesis)
    recent.append(fresh)
    recent.removeFirst(max(0, recent.count - max(1, agreement)))
    guard recent.count >= agreement else { return [] }
    let agreed = fresh.indices.dropLast().prefix {
      fresh[$0].end <= limit && fresh[$0].probability >= certainty && isAgreed($0)
    }
    return commit(agreed.count)
  }

  /// Takes the words of the whole utterance: all of them are committed.
  package mutating func finish(_ hypothesis: [HeardWord], continues: Bool = false) -> [HeardWord] {
    recent = [continues ? hypothesis : withoutCommitted(hypothesis)]
    defer { recent = [] }
    return commit(recent[0].count)
  }

  private func isAgreed(_ index: Int) -> Bool {
    guard let word = recent.last?[index].core else { return false }
    return recent.allSatisfy { index < $0.count && $0[index].core == word }
  }

  private mutating func commit(_ count: Int) -> [HeardWord] {
    let words = Array(tentative.prefix(count))
    last = (last + words).suffix(Self.longestOverlap)
    for index in recent.indices { recent[index].removeFirst(min(count, recent[index].count)) }
    return words
  }

  /// Without what was said before the end of what is committed, and without words that repeat its end.
  private func withoutCommitted(_ hypothesis: [HeardWord]) -> [HeardWord] {
    guard let end = committedEnd else { return hypothesis }
    let later = Array(hypothesis.drop { $0.start < end - Self.tolerance })
    guard let first = later.first, abs(first.start - end) < Self.seamReach else { return later }
    for count in (1...Self.longestOverlap).reversed() where count <= min(last.count, later.count) {
      if later.prefix(count).map(\.core) == last.suffix(count).map(\.core) { return Array(later.dropFirst(count)) }
    }
    return later
  }
}
