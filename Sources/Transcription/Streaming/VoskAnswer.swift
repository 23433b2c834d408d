import Foundation
import SpeechEngine

/// What libvosk says in JSON, taken only where every part of it makes sense.
enum VoskAnswer {
  /// Longest answer, in bytes: a word takes about a hundred.
  static let mostBytes = 1 << 16
  private static let mostWords = 1000
  /// Longest word, and text of a partial answer, in bytes.
  private static let mostOfWord = 256
  private static let mostOfPartial = 16_384
  /// Seconds by which a word may end behind the sound that was fed: frames are rounded.
  private static let slack = 1.0

  private struct Result: Decodable {
    let text: String
    let result: [Spoken]?
  }

  private struct Partial: Decodable {
    let partial: String
  }

  private struct Spoken: Decodable {
    let word: String
    let start: Double
    let end: Double
    let conf: Double
  }

  /// The words of an utterance that is over; none where nothing was said.
  /// - Parameter heard: seconds of sound that were fed.
  static func words(_ answer: UnsafePointer<CChar>?, heard: Double) throws(VoskError) -> [Word] {
    let found: Result = try decode(answer)
    let spoken = found.result ?? []
    if spoken.isEmpty, !found.text.isEmpty { throw .answerRefused(reason: "text without words") }
    return try words(spoken, heard)
  }

  /// What may have been said so far.
  static func partial(_ answer: UnsafePointer<CChar>?) throws(VoskError) -> [String] {
    let found: Partial = try decode(answer)
    guard found.partial.utf8.count <= mostOfPartial, isPlain(found.partial) else {
      throw .answerRefused(reason: "a partial text that is none")
    }
    return found.partial.split(separator: " ").map(String.init)
  }

  private static func words(_ spoken: [Spoken], _ heard: Double) throws(VoskError) -> [Word] {
    guard spoken.count <= mostWords else { throw .answerRefused(reason: "\(spoken.count) words in one utterance") }
    var words: [Word] = []
    for one in spoken {
      guard !one.word.isEmpty, one.word.utf8.count <= mostOfWord, isPlain(one.word) else {
        throw .answerRefused(reason: "a word that is none")
      }
      guard one.start >= words.last?.start ?? 0, one.end >= one.start, one.end <= heard + slack else {
        throw .answerRefused(reason: "a word at a time when none was said")
      }
      // Sums of probabilities miss 1 by a little.
      guard (-0.01...1.01).contains(one.conf) else { throw .answerRefused(reason: "a confidence that is none") }
      words.append(Word(start: one.start, end: one.end, word: " " + one.word, probability: min(1, max(0, one.conf))))
    }
    return words
  }

  private static func isPlain(_ text: String) -> Bool {
    !text.unicodeScalars.contains { $0.properties.generalCategory == .control || $0 == "\u{FFFD}" }
  }

  private static func decode<Value: Decodable>(_ answer: UnsafePointer<CChar>?) throws(VoskError) -> Value {
    guard let answer else { throw .answerRefused(reason: "there is none") }
    let length = strnlen(answer, mostBytes + 1)
    guard length <= mostBytes else { throw .answerRefused(reason: "longer than \(mostBytes) bytes") }
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes: answer, count: length))
    } catch {
      throw .answerRefused(reason: "not the JSON that it should be")
    }
  }
}
