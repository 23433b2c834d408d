import Endpoints
import Foundation
import SpeechEngine

/// `verbose_json` of a server, as it came. Source: OpenAI's API reference, and what faster-whisper's servers add.
struct RemoteAnswer: Decodable {
  struct Spoken: Decodable {
    let word: String
    let start: Double
    let end: Double
    let probability: Double?
  }
  struct Piece: Decodable {
    let start: Double
    let end: Double
    let text: String
    let seek: Int?
    let tokens: [Int]?
    let temperature: Double?
    let avg_logprob: Double?
    let compression_ratio: Double?
    let no_speech_prob: Double?
    let words: [Spoken]?
  }
  let language: String?
  let text: String?
  let segments: [Piece]?
  let words: [Spoken]?

  /// - Parameter sound: seconds that were sent.
  /// - Throws: ``SpeechError/unusable(reason:)`` for what is no such answer, or can't be true of that sound.
  init(_ body: Data, sound: Double) throws(SpeechError) {
    do {
      self = try SegmentJSON.decoder().decode(RemoteAnswer.self, from: body)
    } catch {
      throw .unusable(reason: "it is no verbose_json")
    }
    guard let segments else { throw .unusable(reason: "it has no segments") }
    if segments.isEmpty, text?.contains(where: { !$0.isWhitespace }) == true {
      throw .unusable(reason: "it has text without segments")
    }
    try checkSize(sound)
    var check = TimeCheck(sound: sound)
    for piece in segments { try check.pass(piece.start, piece.end) }
    for words in [words] + segments.map(\.words) {
      check = TimeCheck(sound: sound)
      for word in words ?? [] { try check.pass(word.start, word.end) }
    }
    guard segments.allSatisfy(\.isPossible), allWords.allSatisfy(\.isPossible) else {
      throw .unusable(reason: "a probability is none")
    }
  }

  private var allWords: [Spoken] { (words ?? []) + (segments ?? []).flatMap { $0.words ?? [] } }

  /// Nobody says more in that time: 400 bytes a second are twenty times fluent speech.
  private func checkSize(_ sound: Double) throws(SpeechError) {
    let pieces = segments ?? []
    let bytes = max(
      pieces.reduce(0) { $0 + $1.text.utf8.count }, allWords.reduce(0) { $0 + $1.word.utf8.count })
    let count = pieces.count + allWords.count + pieces.reduce(0) { $0 + ($1.tokens?.count ?? 0) }
    guard Double(bytes) <= 4_000 + 400 * sound, Double(count) <= 2_000 + 200 * sound else {
      throw .unusable(reason: "it has more text than the sound can hold")
    }
  }
}

/// Times of an answer are within the sound and in order.
private struct TimeCheck {
  /// Rounding, and what two clocks differ.
  private static let slack = 1.0
  /// The last of Whisper's windows is padded to this length.
  private static let window = 30.0
  private static let overlap = 0.05

  let sound: Double
  private var last = 0.0

  init(sound: Double) { self.sound = sound }

  mutating func pass(_ start: Double, _ end: Double) throws(SpeechError) {
    guard start.isFinite, end.isFinite else { throw .unusable(reason: "a time is no number") }
    guard start >= last - Self.overlap, start >= 0, end >= start else {
      throw .unusable(reason: "its times are out of order")
    }
    guard start <= sound + Self.slack, end <= sound + Self.window else {
      throw .unusable(reason: "its times lie beyond the sound")
    }
    last = start
  }
}

extension RemoteAnswer.Spoken {
  fileprivate var isPossible: Bool { probability.map { $0.isNaN || (0...1).contains($0) } ?? true }
}

extension RemoteAnswer.Piece {
  fileprivate var isPossible: Bool {
    let (logprob, silence) = (avg_logprob ?? .nan, no_speech_prob ?? .nan)
    return (logprob.isNaN || logprob <= 0.01) && (silence.isNaN || (-0.001...1.001).contains(silence))
  }
}
