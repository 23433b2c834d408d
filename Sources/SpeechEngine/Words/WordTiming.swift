import Foundation

/// A segment on its way to a transcript: seconds from the start of the sound that is decoded.
package struct TimedPiece: Sendable, Equatable {
  package var start: Double
  package var end: Double
  package let tokens: [Int]
  package var words: [Word]

  package init(start: Double, end: Double, tokens: [Int], words: [Word] = []) {
    self.start = start
    self.end = end
    self.tokens = tokens
    self.words = words
  }
}

/// Gives the segments of a window their words. Rules and constants are openai/whisper's, as faster-whisper 1.2.1 applies them:
/// no word is much longer than the others at a sentence's or a segment's end, punctuation belongs to its word.
package struct WordTiming {
  /// A word with seconds from the start of its window.
  private struct Timing {
    var start: Double
    var end: Double
    var text: String
    var tokens: [Int]
    let probability: Double
    var duration: Double { end - start }
  }

  private let splitter: WordSplitter
  private let prepended: String
  private let appended: String
  private let endOfText: Int

  private static let sentenceEnds = ".。!！?？"
  private static let longestMedian = 0.7
  /// A segment's own border counts when the word would reach further than this beyond it, in seconds.
  private static let borderTolerance = 0.5

  init(_ tokenizer: Tokenizer, endOfText: Int, language: String, _ options: TranscriptionOptions) {
    splitter = WordSplitter(tokenizer, endOfText: endOfText, language: language)
    self.endOfText = endOfText
    prepended = options.prependPunctuations
    appended = options.appendPunctuations
  }

  /// Text tokens of all pieces: what is to be aligned.
  package func text(of pieces: [TimedPiece]) -> [Int] { pieces.flatMap { $0.tokens.filter { $0 < endOfText } } }

  /// Adds the words of one window to its pieces and moves their borders to them.
  /// - Parameters:
  ///   - alignment: of `text(of: pieces)`; nil: no words.
  ///   - offset: start of the window in seconds.
  ///   - lastSpeech: end of the speech before it in seconds.
  /// - Returns: the end of the last speech.
  package func addWords(
    to pieces: inout [TimedPiece], _ alignment: TokenAlignment?, offset: Double, lastSpeech: Double
  ) -> Double {
    var timings: [Timing] = alignment.map { self.timings(of: text(of: pieces), $0) } ?? []
    let (median, longest) = Self.durations(of: timings)
    Self.shortenAtSentenceEnds(&timings, longest)
    merge(&timings)
    var (next, lastSpeech) = (0, lastSpeech)
    for index in pieces.indices {
      var words = take(&next, from: timings, for: pieces[index], offset: offset)
      if !words.isEmpty {
        Self.shortenBehindPause(&words, lastSpeech: lastSpeech, median, longest)
        Self.meetStart(&words, &pieces[index], median)
        Self.meetEnd(&words, &pieces[index], median)
        lastSpeech = pieces[index].end
      }
      pieces[index].words = words
    }
    return lastSpeech
  }

  // MARK: - Words of a window

  private func timings(of text: [Int], _ alignment: TokenAlignment) -> [Timing] {
    guard alignment.times.count == text.count + 1, alignment.probabilities.count == text.count else { return [] }
    var at = 0
    return splitter.words(of: text).map { word in
      let end = min(text.count, at + word.tokens.count)
      defer { at = end }
      let probabilities = alignment.probabilities[at..<end]
      return Timing(
        start: alignment.times[at], end: alignment.times[end], text: word.text, tokens: word.tokens,
        probability: probabilities.reduce(0, +) / Double(max(1, probabilities.count)))
    }
  }

  /// The median of the durations above zero, at most 0.7 s, and the longest that a word may last where words stretch.
  private static func durations(of timings: [Timing]) -> (median: Double, longest: Double) {
    let durations = timings.map(\.duration).filter { $0 != 0 }.sorted()
    guard !durations.isEmpty else { return (0, 0) }
    let (low, high) = ((durations.count - 1) / 2, durations.count / 2)
    let median = min(longestMedian, (durations[low] + durations[high]) / 2)
    return (median, median * 2)
  }

  private static func shortenAtSentenceEnds(_ timings: inout [Timing], _ longest: Double) {
    guard timings.contains(where: { $0.duration != 0 }) else { return }
    for index in timings.indices.dropFirst() where timings[index].duration > longest {
      if isPart(timings[index].text, of: sentenceEnds) {
        timings[index].end = timings[index].start + longest
      } else if isPart(timings[index - 1].text, of: sentenceEnds) {
        timings[index].start = timings[index].end - longest
      }
    }
  }

  /// Moves punctuation to the word behind or before it; what was moved stays as an empty entry.
  private func merge(_ timings: inout [Timing]) {
    var following = timings.count - 1
    for previous in timings.indices.dropLast().reversed() {
      if timings[previous].text.unicodeScalars.first == " ",
        Self.isPart(timings[previous].text.trimmingWhitespace(), of: prepended)
      {
        timings[following].text = timings[previous].text + timings[following].text
        timings[following].tokens = timings[previous].tokens + timings[following].tokens
        (timings[previous].text, timings[previous].tokens) = ("", [])
      } else {
        following = previous
      }
    }
    var previous = 0
    for following in timings.indices.dropFirst() {
      if timings[previous].text.unicodeScalars.last != " ", Self.isPart(timings[following].text, of: appended) {
        timings[previous].text += timings[following].text
        timings[previous].tokens += timings[following].tokens
        (timings[following].text, timings[following].tokens) = ("", [])
      } else {
        previous = following
      }
    }
  }

  /// As Python's `in`: the empty text is part of everything.
  private static func isPart(_ text: String, of list: String) -> Bool {
    text.isEmpty || list.unicodeScalars.contains(text.unicodeScalars)
  }

  // MARK: - Words of a piece

  private func take(_ next: inout Int, from timings: [Timing], for piece: TimedPiece, offset: Double) -> [Word] {
    let wanted = piece.tokens.count { $0 < endOfText }
    var (taken, words): (Int, [Word]) = (0, [])
    while next < timings.count, taken < wanted {
      let timing = timings[next]
      if !timing.text.isEmpty {
        words.append(
          Word(
            start: Self.hundredths(offset + timing.start), end: Self.hundredths(offset + timing.end),
            word: timing.text, probability: timing.probability))
      }
      taken += timing.tokens.count
      next += 1
    }
    return words
  }

  private static func hundredths(_ seconds: Double) -> Double { (seconds * 100).rounded(.toNearestOrEven) / 100 }

  /// The first two words behind a pause don't reach back into it.
  private static func shortenBehindPause(
    _ words: inout [Word], lastSpeech: Double, _ median: Double, _ longest: Double
  ) {
    guard words[0].end - lastSpeech > median * 4 else { return }
    let second = words.count > 1 ? words[1] : nil
    let isLong =
      words[0].end - words[0].start > longest || (second.map { $0.end - words[0].start > longest * 2 } ?? false)
    guard isLong else { return }
    if let second, second.end - second.start > longest {
      let border = max(second.end / 2, second.end - longest)
      words[0].end = border
      words[1].start = border
    }
    words[0].start = max(0, words[0].end - longest)
  }

  private static func meetStart(_ words: inout [Word], _ piece: inout TimedPiece, _ median: Double) {
    if piece.start < words[0].end, piece.start - borderTolerance > words[0].start {
      words[0].start = max(0, min(words[0].end - median, piece.start))
    } else {
      piece.start = words[0].start
    }
  }

  private static func meetEnd(_ words: inout [Word], _ piece: inout TimedPiece, _ median: Double) {
    let last = words.count - 1
    if piece.end > words[last].start, piece.end + borderTolerance < words[last].end {
      words[last].end = max(words[last].start + median, piece.end)
    } else {
      piece.end = words[last].end
    }
  }
}
