import Foundation
import SpeechEngine

/// What servers heard in a recording, in the form of the engine's own results.
struct RemoteHearing: Sendable {
  /// What the confidence was reckoned from.
  enum Measure: Sendable, Equatable {
    /// As the engine does it: mean log-probabilities by segment, weighed by its tokens.
    case tokens
    /// Mean log-probabilities by segment, weighed by the length of its text: no tokens came.
    case text
    /// The words' probabilities.
    case words
    /// Nothing: the confidence is not known, and 0.
    case none
  }

  let transcription: Transcription
  let confidence: Double
  let measure: Measure
  /// Who answered, each once, in order.
  let servers: [String]

  /// Joins the answers for the pieces of a recording.
  init(_ pieces: [HeardPiece], duration: Double, language: String?) {
    var segments: [Segment] = []
    for piece in pieces {
      segments += RemoteSegments.make(piece.answer, from: piece.start, to: piece.start + piece.seconds)
    }
    for index in segments.indices { segments[index].id = index + 1 }
    let found = pieces.lazy.compactMap { $0.answer.language.flatMap(Self.code) }.first
    transcription = Transcription(
      segments: segments, language: language ?? found ?? "", languageProbability: language == nil ? .nan : 1,
      duration: duration)
    (confidence, measure) = Self.confidence(transcription)
    servers = pieces.reduce(into: []) { if !$0.contains($1.server) { $0.append($1.server) } }
  }

  /// Servers tell languages by code or by English name.
  private static func code(_ said: String) -> String? {
    let said = said.lowercased()
    return Language.codes.first { $0 == said } ?? Language.codes.first { Language.name(of: $0) == said }
  }

  /// Nothing is made up: of the ways to reckon it, the first for which the server gave the numbers.
  private static func confidence(_ heard: Transcription) -> (Double, Measure) {
    let segments = heard.segments
    if segments.isEmpty { return (0, .tokens) }
    if segments.allSatisfy({ !$0.avgLogprob.isNaN }) {
      if segments.allSatisfy({ !$0.tokens.isEmpty }) { return (heard.confidence, .tokens) }
      return (mean(segments.map { (Double($0.avgLogprob), Double($0.text.utf8.count)) }), .text)
    }
    let words = segments.flatMap { $0.words ?? [] }
    if !words.isEmpty, words.allSatisfy({ !$0.probability.isNaN }) {
      return (mean(words.map { (log($0.probability), 1) }), .words)
    }
    return (0, .none)
  }

  private static func mean(_ logs: [(value: Double, weight: Double)]) -> Double {
    let weight = logs.reduce(0) { $0 + $1.weight }
    guard weight > 0 else { return 0 }
    return min(1, max(0, exp(logs.reduce(0) { $0 + $1.value * $1.weight } / weight)))
  }
}

/// The answer for a piece of a recording.
struct HeardPiece {
  /// Seconds into the recording.
  let start: Double
  let seconds: Double
  let answer: RemoteAnswer
  let server: String
}
