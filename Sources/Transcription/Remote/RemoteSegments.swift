import Foundation
import SpeechEngine

/// Makes the engine's segments of a server's: texts with their leading spaces, words in the segments that they belong to, times
/// of the whole recording. What the server did not say is no number here.
enum RemoteSegments {
  /// - Parameters:
  ///   - start: seconds into the recording where what was sent begins.
  ///   - end: and where it ends: no time lies beyond it.
  static func make(_ answer: RemoteAnswer, from start: Double, to end: Double) -> [Segment] {
    let pieces = answer.segments ?? []
    let texts = texts(pieces, whole: answer.text)
    let words = words(answer, texts)
    func at(_ seconds: Double) -> Double { min(end, start + seconds) }
    return pieces.indices.compactMap { index in
      let piece = pieces[index]
      guard texts[index].contains(where: { !$0.isWhitespace }) else { return nil }
      return Segment(
        id: index + 1, seek: (piece.seek ?? 0) + Int((start * 100).rounded()), start: at(piece.start),
        end: at(piece.end), text: texts[index], tokens: piece.tokens ?? [], temperature: piece.temperature ?? .nan,
        avgLogprob: Float(piece.avg_logprob ?? .nan), compressionRatio: Float(piece.compression_ratio ?? .nan),
        noSpeechProb: Float(piece.no_speech_prob ?? .nan),
        words: words.map { all in
          all[index].map {
            Word(start: at($0.start), end: at($0.end), word: $0.word, probability: $0.probability ?? .nan)
          }
        })
    }
  }

  /// Some servers trim the texts; where the whole text has spaces between them, they get them back.
  private static func texts(_ pieces: [RemoteAnswer.Piece], whole: String?) -> [String] {
    let texts = pieces.map(\.text)
    func folded(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }
    guard let whole, folded(texts.joined()) != folded(whole) else { return texts }
    let spaced = texts.map { " " + $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    return folded(spaced.joined()) == folded(whole) ? spaced : texts
  }

  // MARK: - Words

  /// By segment; nil where the server gave none.
  private static func words(_ answer: RemoteAnswer, _ texts: [String]) -> [[RemoteAnswer.Spoken]]? {
    let pieces = answer.segments ?? []
    if pieces.contains(where: { $0.words != nil }) { return pieces.map { $0.words ?? [] } }
    guard let words = answer.words, !words.isEmpty else { return nil }
    return byText(words, texts) ?? byTime(words, pieces)
  }

  /// Where the words are the texts but for blanks, each is found in them, and has the blanks back that stood before it.
  private static func byText(_ words: [RemoteAnswer.Spoken], _ texts: [String]) -> [[RemoteAnswer.Spoken]]? {
    var rest = words[...]
    var found: [[RemoteAnswer.Spoken]] = []
    for text in texts {
      var (own, at) = ([RemoteAnswer.Spoken](), text.startIndex)
      while let from = text[at...].firstIndex(where: { !$0.isWhitespace }) {
        guard let word = rest.popFirst() else { return nil }
        let bare = word.word.trimmingCharacters(in: .whitespacesAndNewlines)
        if bare.isEmpty { continue }
        guard text[from...].hasPrefix(bare) else { return nil }
        let to = text.index(from, offsetBy: bare.count)
        own.append(word.with(word: String(text[at..<to])))
        at = to
      }
      found.append(own)
    }
    return rest.allSatisfy { $0.word.allSatisfy(\.isWhitespace) } ? found : nil
  }

  /// Each in the segment that its middle lies in, or the last one before it.
  private static func byTime(
    _ words: [RemoteAnswer.Spoken], _ pieces: [RemoteAnswer.Piece]
  ) -> [[RemoteAnswer.Spoken]] {
    var found = pieces.map { _ in [RemoteAnswer.Spoken]() }
    for word in words {
      let middle = (word.start + word.end) / 2
      let index = pieces.lastIndex { $0.start <= middle } ?? 0
      guard found.indices.contains(index) else { continue }
      let isSpaced = word.word.first?.isWhitespace ?? true
      found[index].append(isSpaced ? word : word.with(word: " " + word.word))
    }
    return found
  }
}

extension RemoteAnswer.Spoken {
  fileprivate func with(word: String) -> RemoteAnswer.Spoken {
    RemoteAnswer.Spoken(word: word, start: start, end: end, probability: probability)
  }
}
