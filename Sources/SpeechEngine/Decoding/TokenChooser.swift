import Foundation

/// One finished token sequence of a window.
struct Hypothesis: Equatable {
  /// Prefix and answer, without the end-of-text token.
  let tokens: [Int]
  /// Sum of log-probabilities, the end-of-text token's included, divided by the number of tokens to the power of the length
  /// penalty.
  let score: Float

  init(tokens: [Int], sum: Float, lengthPenalty: Float) {
    self.tokens = tokens
    score = sum / pow(Float(tokens.count), lengthPenalty)
  }
}

/// What the decoder is to be fed next: one token a row, and the row of the step before that each continues.
struct NextTokens: Equatable {
  let tokens: [Int]
  let parents: [Int]
}

/// Decides token by token what a window says, from logits that somebody else computes: so several windows can be decoded in
/// step. The first call gets the one row behind the prompt, each further call a row for every token of the call before.
protocol TokenChooser {
  /// - Parameter logits: [rows, vocabulary], raw; overwritten.
  /// - Returns: nil when all is decided.
  mutating func choose(from logits: UnsafeMutableBufferPointer<Float>, _ compute: Compute) -> NextTokens?
  /// Likeliest first; not empty once `choose` has returned nil.
  var hypotheses: [Hypothesis] { get }
}
