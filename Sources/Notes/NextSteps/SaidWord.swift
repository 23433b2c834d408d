public import Domain
import Foundation

/// One word as it was heard, with its punctuation.
public struct SaidWord: Sendable, Equatable {
  public let text: String
  /// Seconds from the start of the recording, nil where they are not known.
  public let start: Double?
  /// 0...1, nil where it is not known.
  public let confidence: Double?

  public init(_ text: String, start: Double? = nil, confidence: Double? = nil) {
    self.text = text
    self.start = start
    self.confidence = confidence
  }

  /// The words of a text that has neither times nor confidences.
  public static func words(of text: String) -> [SaidWord] {
    text.split(whereSeparator: \.isWhitespace).map { SaidWord(String($0)) }
  }

  /// The words of a transcript with what its segments know of them; segments that can't be read cost the times only.
  public static func words(of transcript: Transcript) -> [SaidWord] {
    let data = Data(transcript.segmentsJSON.utf8)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let segments = try? decoder.decode([HeardSegment].self, from: data), !segments.isEmpty else {
      return words(of: transcript.text)
    }
    return segments.flatMap(\.heard)
  }
}

/// The part of a segment's JSON that next steps are read from.
private struct HeardSegment: Decodable {
  struct Word: Decodable {
    let word: String
    let start: Double?
    let probability: Double?

    /// What is no number is not known.
    var known: Double? { probability.flatMap { $0.isFinite ? $0 : nil } }
  }
  let start: Double?
  let text: String
  let words: [Word]?

  var heard: [SaidWord] {
    guard let words, !words.isEmpty else {
      return SaidWord.words(of: text).map { SaidWord($0.text, start: start) }
    }
    return words.reduce(into: []) { heard, word in
      let bare = word.word.trimmingCharacters(in: .whitespaces)
      // The recogniser may give the second half of "twenty-one" as a word without a space of its own.
      if let last = heard.last, word.word.first?.isWhitespace == false {
        heard[heard.count - 1] = SaidWord(
          last.text + bare, start: last.start, confidence: Self.lower(last.confidence, word.known))
      } else if !bare.isEmpty {
        heard.append(SaidWord(bare, start: word.start, confidence: word.known))
      }
    }
  }

  private static func lower(_ one: Double?, _ other: Double?) -> Double? {
    [one, other].compactMap(\.self).min()
  }
}
