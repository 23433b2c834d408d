/// Says which tokens a draft of a recording's text has next, while the true text is decoded: keeps its place in the draft,
/// loses it where the texts differ and finds it where they agree again. Knows how often it was right, and proposes as many
/// tokens as that makes worth while. One recording's, one thread at a time; no clock and no chance in it.
package final class DraftGuide {
  private let tokens: [Int]  // of text alone
  private let endOfText: Int
  private let timestampBegin: Int
  /// The next token's place in the draft; nil: lost.
  private var place: Int?
  /// Behind the last token that agreed.
  private var anchor = 0
  /// Share of guesses that were right, the latest counting most.
  private var rate: Float
  private var last: Int?
  private var beforeLast: Int?
  private var lastText: Int?

  private static let firstRate: Float = 0.7
  private static let newestShare: Float = 0.15
  /// How far from the anchor one token that agrees is taken for the place, and how far two in a row are.
  private static let nearby = 8
  private static let behind = 256
  private static let ahead = 2048
  /// So many times nearer must a place behind be.
  private static let reluctance = 8

  /// - Parameters:
  ///   - tokens: the draft; only text counts.
  ///   - endOfText: the first id that is no text.
  ///   - timestampBegin: `<|0.00|>`.
  package init(_ tokens: [Int], endOfText: Int, timestampBegin: Int) {
    self.tokens = tokens.filter { (0..<endOfText).contains($0) }
    self.endOfText = endOfText
    self.timestampBegin = timestampBegin
    rate = Self.firstRate
  }

  // MARK: - What was decoded

  /// The next window goes on where the last one ended, as far as anyone knows.
  package func beginWindow() {
    place = anchor
    (last, beforeLast, lastText) = (nil, nil, nil)
  }

  /// - Parameter token: the window's next.
  package func take(_ token: Int) {
    if let guess, last != nil { rate += Self.newestShare * ((guess == token ? 1 : 0) - rate) }
    if token < endOfText { follow(token) }
    (beforeLast, last) = (last, token)
  }

  private func follow(_ token: Int) {
    if let at = place, at < tokens.count, tokens[at] == token {
      place = at + 1
    } else {
      place = find(token).map { $0 + 1 }
    }
    anchor = place ?? anchor
    lastText = token
  }

  /// Where the draft has this token: the nearest place with the token before it, else one a few tokens on.
  private func find(_ token: Int) -> Int? {
    if let lastText, let pair = nearest(to: anchor, { $0 > 0 && tokens[$0] == token && tokens[$0 - 1] == lastText }) {
      return pair
    }
    return (anchor..<max(anchor, min(tokens.count, anchor + Self.nearby))).first { tokens[$0] == token }
  }

  /// Behind the anchor text is found only by windows that begin again where the last one's end was given up; in a text that
  /// repeats itself, going back would lead to the same mistake again and again.
  private func nearest(to anchor: Int, _ isWanted: (Int) -> Bool) -> Int? {
    let forward = (anchor..<max(anchor, min(tokens.count, anchor + Self.ahead))).first(where: isWanted)
    let back = (max(0, anchor - Self.behind)..<min(anchor, tokens.count)).last(where: isWanted)
    guard let forward, let back else { return forward ?? back }
    return forward - anchor <= Self.reluctance * (anchor - back) ? forward : back
  }

  // MARK: - What may come

  /// What the draft has next, at most so many tokens; none where checking them isn't worth while.
  package func proposals(atMost limit: Int) -> [Int] {
    guard let place, let guess else { return [] }
    let count = min(limit, DraftLength.best(rate: rate))
    guard count > 0 else { return [] }
    if endsSegment { return [guess] + tokens[place...].prefix(count - 1) }
    return Array(tokens[place...].prefix(count))
  }

  /// A segment's end is mostly the next one's start, and the grammar wants both.
  private var endsSegment: Bool {
    guard let last, let beforeLast else { return false }
    return last >= timestampBegin && beforeLast < endOfText
  }

  private var guess: Int? {
    guard let place, place < tokens.count else { return nil }
    return endsSegment ? last : tokens[place]
  }
}

/// How many tokens of a draft are checked at a time.
package enum DraftLength {
  /// Time of a further row in a step of the decoder, as a share of the first one's, whose time goes into reading weights.
  private static let rowCost: Float = 0.13
  private static let longest = 11
  /// Less is not worth it: what a draft costs beside its rows.
  private static let leastGain: Float = 1.05

  /// The number of tokens at which a step gives most for its time when each is right with probability `rate`; 0: none.
  package static func best(rate: Float) -> Int {
    var (best, bestGain) = (0, leastGain)
    var (tokens, chance): (Float, Float) = (1, 1)
    for count in 1...longest {
      chance *= rate
      tokens += chance
      let gain = tokens / (1 + rowCost * Float(count))
      if gain > bestGain { (best, bestGain) = (count, gain) }
    }
    return best
  }
}

extension DraftGuide {
  /// Scalars of a word that are encoded at a time: the tokenizer's time grows with the square of a word's length, and a
  /// draft is only a guess.
  private static let longestPart = 64

  convenience init(_ draft: TranscriptionOptions.Prompt, _ model: WhisperModel) {
    let tokens =
      switch draft {
      case .tokens(let ids): ids
      case .text(let text): Self.tokens(of: text, model.tokenizer)
      }
    self.init(tokens, endOfText: model.special.endOfText, timestampBegin: model.special.timestampBegin)
  }

  private static func tokens(of text: String, _ tokenizer: Tokenizer) -> [Int] {
    var tokens: [Int] = []
    for word in text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace) {
      var (rest, space) = (word, " ")
      while !rest.isEmpty {
        tokens += tokenizer.encode(space + String(rest.prefix(longestPart)))
        (rest, space) = (rest.dropFirst(longestPart), "")
      }
    }
    return tokens
  }
}
