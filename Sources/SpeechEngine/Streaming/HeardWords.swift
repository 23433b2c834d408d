/// Puts the tokens of a pass together to words with times.
struct HeardWords {
  let splitter: WordSplitter
  /// Seconds: where the sound begins, and how much of it there is.
  let offset: Double
  let duration: Double

  /// Punctuation that belongs to the word behind it.
  private static let prepended = "\"'“¿([{-"

  /// - Parameters:
  ///   - text: all text tokens.
  ///   - first: the token that the words begin with.
  ///   - alignment: of `text`; nil: the words share the time out.
  func words(of text: [Int], from first: Int, _ alignment: TokenAlignment?) -> [HeardWord] {
    let times = alignment?.times ?? (0...text.count).map { duration * Double($0) / Double(max(1, text.count)) }
    let probabilities = alignment?.probabilities ?? text.map { _ in 0 }
    var words: [HeardWord] = []
    var at = first
    for piece in merged(splitter.words(of: Array(text[first...]))) {
      let end = min(text.count, at + piece.tokens.count)
      let own = probabilities[at..<end]
      words.append(
        HeardWord(
          piece.text, start: offset + times[at], end: offset + min(duration, times[end]),
          probability: own.reduce(0, +) / Double(max(1, own.count)), tokens: piece.tokens))
      at = end
    }
    return words
  }

  /// Punctuation goes to the word before it, or, where it opens something, to the one behind it.
  private func merged(_ pieces: [WordSplitter.Piece]) -> [WordSplitter.Piece] {
    var words: [WordSplitter.Piece] = []
    var opening = WordSplitter.Piece(text: "", tokens: [])
    for piece in pieces {
      let isMark = !piece.text.contains { $0.isLetter || $0.isNumber }
      if isMark, piece.text.first == " ", piece.text.dropFirst().allSatisfy(Self.prepended.contains) {
        opening.text += piece.text
        opening.tokens += piece.tokens
      } else if isMark, opening.tokens.isEmpty, !words.isEmpty {
        words[words.count - 1].text += piece.text
        words[words.count - 1].tokens += piece.tokens
      } else {
        words.append(.init(text: opening.text + piece.text, tokens: opening.tokens + piece.tokens))
        opening = .init(text: "", tokens: [])
      }
    }
    if !opening.tokens.isEmpty { words.append(opening) }
    return words
  }
}
