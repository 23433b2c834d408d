import CKernels
import Foundation

/// Which tokens may come next: penalties, suppression lists and Whisper's grammar of timestamps. Order and edge cases are
/// those of CTranslate2 4.8 (`src/models/whisper.cc`, `src/decoding_utils.cc`).
struct LogitRules {
  static let disabled = -Float.greatestFiniteMagnitude
  let special: SpecialTokens
  let suppressed: [Int]
  let suppressedFirst: [Int]
  /// Timestamp tokens may be sampled and must follow the rules.
  let withTimestamps: Bool
  /// The latest first timestamp, in steps of 0.02 s.
  let maxInitialTimestamp: Int
  let repetitionPenalty: Float
  let noRepeatNgramSize: Int
  /// Tokens at the start of every hypothesis that were given, not sampled.
  let prefixCount: Int

  /// Applies all rules in place to one row of raw logits.
  /// - Parameter tokens: what this hypothesis holds behind its prompt, the prefix included.
  func apply(to logits: UnsafeMutableBufferPointer<Float>, tokens: [Int], _ kernels: ck_kernels) {
    if repetitionPenalty != 1 { penalise(tokens, logits) }
    if noRepeatNgramSize > 0 { forbidRepeats(tokens, logits) }
    for id in suppressed where id < logits.count { logits[id] = Self.disabled }
    let isFirst = tokens.count == prefixCount
    if isFirst {
      for id in suppressedFirst { logits[id] = Self.disabled }
    }
    guard withTimestamps else { return }
    logits[special.noTimestamps] = Self.disabled
    if !isFirst {
      restrictPairs(logits, tokens[prefixCount...], kernels)
    } else if prefixCount == 0 {
      restrictFirst(logits)
    }
  }

  // MARK: - Repetition

  private func penalise(_ tokens: [Int], _ logits: UnsafeMutableBufferPointer<Float>) {
    for id in Set(tokens) where id < logits.count {
      logits[id] = logits[id] < 0 ? logits[id] * repetitionPenalty : logits[id] / repetitionPenalty
    }
  }

  /// Disables each token that would end a run of `noRepeatNgramSize` tokens for the second time.
  private func forbidRepeats(_ tokens: [Int], _ logits: UnsafeMutableBufferPointer<Float>) {
    let size = noRepeatNgramSize
    guard tokens.count >= size else { return }
    let current = tokens.suffix(size - 1)
    for start in 0...tokens.count - size where tokens[start..<start + size - 1].elementsEqual(current) {
      let id = tokens[start + size - 1]
      if id < logits.count { logits[id] = Self.disabled }
    }
  }

  // MARK: - Timestamps

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
  private func restrictPairs(
    _ logits: UnsafeMutableBufferPointer<Float>, _ sampled: ArraySlice<Int>, _ kernels: ck_kernels
  ) {
    let begin = special.timestampBegin
    guard let last = sampled.last else { return }
    let beforeLast = sampled.dropLast().last ?? last
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
    if timestampsOutweighText(logits, kernels) { disable(0..<begin, logits) }
  }

  /// log Σ exp over timestamps > the best single text token. The common normaliser of the log-softmax cancels out.
  private func timestampsOutweighText(_ logits: UnsafeMutableBufferPointer<Float>, _ kernels: ck_kernels) -> Bool {
    let begin = special.timestampBegin
    guard let base = logits.baseAddress, begin < logits.count else { return false }
    let largest = kernels.maximum(logits.count - begin, base + begin)
    guard largest > Self.disabled else { return false }
    let total = kernels.exp_sum(logits.count - begin, base + begin, largest)
    return largest + log(total) > kernels.maximum(begin, base)
  }
}
