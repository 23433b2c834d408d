import Foundation

/// Which tokens may come next: suppression lists and Whisper's grammar of timestamps. Order and edge cases are those of
/// CTranslate2 4.8 (`src/models/whisper.cc`).
struct LogitRules {
  static let disabled = -Float.greatestFiniteMagnitude
  let special: SpecialTokens
  let suppressed: [Int]
  let suppressedFirst: [Int]
  /// Timestamp tokens may be sampled and must follow the rules.
  let withTimestamps: Bool
  /// The latest first timestamp, in steps of 0.02 s.
  let maxInitialTimestamp: Int

  /// Applies all rules in place to one row of raw logits. `sampled`: what this hypothesis holds behind its prompt.
  func apply(to logits: UnsafeMutableBufferPointer<Float>, sampled: [Int]) {
    for id in suppressed where id < logits.count { logits[id] = Self.disabled }
    if sampled.isEmpty {
      for id in suppressedFirst { logits[id] = Self.disabled }
    }
    guard withTimestamps else { return }
    logits[special.noTimestamps] = Self.disabled
    if sampled.isEmpty {
      restrictFirst(logits)
    } else {
      restrictPairs(logits, sampled)
    }
  }

  private func disable(_ range: Range<Int>, _ logits: UnsafeMutableBufferPointer<Float>) {
    for id in range.clamped(to: 0..<logits.count) { logits[id] = Self.disabled }
  }

  /// The first token is a timestamp, and an early one.
  private func restrictFirst(_ logits: UnsafeMutableBufferPointer<Float>) {
    let begin = special.timestampBegin
    disable(0..<begin, logits)
    disable(min(logits.count, begin + maxInitialTimestamp + 1)..<logits.count, logits)
  }

  /// Timestamps come in pairs, never decrease, and win when together they are likelier than any text.
  private func restrictPairs(_ logits: UnsafeMutableBufferPointer<Float>, _ sampled: [Int]) {
    let begin = special.timestampBegin
    let last = sampled[sampled.count - 1]
    let beforeLast = sampled.count > 1 ? sampled[sampled.count - 2] : last
    if last >= begin, beforeLast >= begin {
      disable(begin..<logits.count, logits)
      return
    }
    if last >= begin {
      disable(0..<special.endOfText, logits)
      disable(begin..<last, logits)
    } else if let latest = sampled.last(where: { $0 >= begin }) {
      disable(begin..<latest + 1, logits)
    }
    if timestampsOutweighText(logits) { disable(0..<begin, logits) }
  }

  /// log Σ exp over timestamps > the best single text token. The common normaliser of the log-softmax cancels out.
  private func timestampsOutweighText(_ logits: UnsafeMutableBufferPointer<Float>) -> Bool {
    let begin = special.timestampBegin
    guard begin < logits.count else { return false }
    let timestamps = logits[begin...]
    let largest = timestamps.max() ?? Self.disabled
    guard largest > Self.disabled else { return false }
    let total = timestamps.reduce(Float(0)) { $0 + exp($1 - largest) }
    let bestText = logits[..<begin].max() ?? Self.disabled
    return largest + log(total) > bestText
  }
}
