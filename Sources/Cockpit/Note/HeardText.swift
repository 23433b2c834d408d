import Domain
import Foundation

/// A word of a transcript, or a whole segment where words have no times of their own.
struct HeardWord: Sendable, Equatable {
  /// Without blanks at its ends.
  let text: String
  /// Seconds from the start of the recording.
  let start: Double
  let end: Double
  /// 0...1, nil where it is not known.
  let probability: Double?

  /// Below this a word is to be checked.
  static let doubtful = 0.6

  var isDoubtful: Bool { probability.map { $0 < Self.doubtful } ?? false }
}

/// The words of a transcript as they are read: in paragraphs.
struct HeardText: Sendable, Equatable {
  let paragraphs: [[HeardWord]]

  /// A pause of so many seconds begins a paragraph.
  private static let pause = 1.5
  /// So does the end of a sentence after so many words.
  private static let longParagraph = 45

  /// What cannot be read as segments is one paragraph of the transcript's own text.
  init(_ transcript: Transcript) {
    let segments = HeardSegment.read(transcript.segmentsJSON)
    var paragraphs: [[HeardWord]] = []
    var (last, count): (HeardSegment?, Int) = (nil, 0)
    for segment in segments {
      let words = segment.heard
      guard !words.isEmpty else { continue }
      let endsSentence = last?.text.last.map { ".!?…".contains($0) } ?? true
      let pause = last.map { segment.start - $0.end } ?? 0
      if last == nil || pause >= Self.pause || (endsSentence && count >= Self.longParagraph) {
        paragraphs.append([])
        count = 0
      }
      paragraphs[paragraphs.count - 1] += words
      count += segment.text.split(whereSeparator: \.isWhitespace).count
      last = segment
    }
    let text = transcript.text.trimmingCharacters(in: .whitespacesAndNewlines)
    if paragraphs.isEmpty, !text.isEmpty {
      paragraphs = [[HeardWord(text: text, start: 0, end: max(0, transcript.audioSeconds), probability: nil)]]
    }
    self.paragraphs = paragraphs
  }

  /// Words in a row that are to be checked, each run once.
  var doubts: [HeardWord] {
    paragraphs.flatMap { words in
      words.enumerated().filter { index, word in word.isDoubtful && (index == 0 || !words[index - 1].isDoubtful) }
        .map(\.element)
    }
  }
}

/// What this page needs of a recogniser's segment; fields that it lacks, or that are odd, don't cost the page.
private struct HeardSegment: Decodable {
  let start: Double
  let end: Double
  let text: String
  let words: [Word]

  struct Word: Decodable {
    let start: Double
    let end: Double
    let word: String
    let probability: Double
  }

  private enum CodingKeys: String, CodingKey { case start, end, text, words }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    start = try values.decode(Double.self, forKey: .start)
    end = try values.decode(Double.self, forKey: .end)
    text = try values.decode(String.self, forKey: .text).trimmingCharacters(in: .whitespacesAndNewlines)
    words = (try? values.decodeIfPresent([Word].self, forKey: .words)) ?? []
  }

  static func read(_ json: String) -> [HeardSegment] {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return (try? decoder.decode([HeardSegment].self, from: Data(json.utf8))) ?? []
  }

  var heard: [HeardWord] {
    if words.isEmpty {
      return text.isEmpty ? [] : [HeardWord(text: text, start: start, end: end, probability: nil)]
    }
    return words.compactMap { word in
      let text = word.word.trimmingCharacters(in: .whitespacesAndNewlines)
      let isSure = word.probability.isFinite ? word.probability : nil
      return text.isEmpty ? nil : HeardWord(text: text, start: word.start, end: word.end, probability: isSure)
    }
  }
}
