import Foundation

/// Independent random samples at a temperature above 0: each step draws from softmax(logits / temperature) after the rules.
/// A sample's score comes from the plain log-softmax, so that samples of different temperatures compare.
struct TokenSampler {
  let samples: Int
  let temperature: Float
  /// Tokens after the prompt at most.
  let maximumTokens: Int
  let rules: LogitRules

  private struct Sample {
    var tokens: [Int] = []
    var sum: Float = 0
  }

  /// - Parameters:
  ///   - decoder: holds the prompt already.
  ///   - first: the logits behind the prompt.
  ///   - checkpoint: called before each step; what it throws ends the work.
  /// - Returns: the samples, likeliest first; never empty.
  func run(
    _ decoder: TextDecoder, first: [Float], using random: inout some RandomNumberGenerator,
    checkpoint: () throws -> Void
  ) rethrows -> [Hypothesis] {
    let end = rules.special.endOfText
    var open = Array(repeating: Sample(), count: samples)
    var closed: [Sample] = []
    var logits = Array(repeating: first, count: samples).flatMap { $0 }
    for length in 1...max(1, maximumTokens) {
      draw(from: &logits, into: &open, using: &random)
      let goesOn = open.indices.filter { open[$0].tokens.last != end && length < maximumTokens }
      closed += open.indices.filter { !goesOn.contains($0) }.map { open[$0] }
      if goesOn.isEmpty { break }
      open = goesOn.map { open[$0] }
      try checkpoint()
      logits = Array(decoder.step(tokens: open.map { $0.tokens[$0.tokens.count - 1] }, parents: goesOn))
    }
    return closed.map { hypothesis($0, end: end) }.sorted { $0.score > $1.score }
  }

  private func hypothesis(_ sample: Sample, end: Int) -> Hypothesis {
    let tokens = sample.tokens.last == end ? sample.tokens.dropLast() : sample.tokens[...]
    return Hypothesis(
      tokens: Array(tokens), score: tokens.isEmpty ? -.infinity : sample.sum / Float(tokens.count))
  }

  /// Appends one token to each open sample.
  private func draw(
    from logits: inout [Float], into open: inout [Sample], using random: inout some RandomNumberGenerator
  ) {
    let vocabulary = logits.count / open.count
    logits.withUnsafeMutableBufferPointer { all in
      for index in open.indices {
        let row = UnsafeMutableBufferPointer(rebasing: all[index * vocabulary..<(index + 1) * vocabulary])
        rules.apply(to: row, sampled: open[index].tokens)
        LogSoftmax.apply(to: row)
        let token = pick(from: row, using: &random)
        open[index].tokens.append(token)
        open[index].sum += row[token]
      }
    }
  }

  /// Inverse transform sampling over exp(log-probability / temperature).
  private func pick(
    from row: UnsafeMutableBufferPointer<Float>, using random: inout some RandomNumberGenerator
  ) -> Int {
    let largest = row.max() ?? 0
    let weights = row.map { $0 > LogitRules.disabled / 2 ? exp(($0 - largest) / temperature) : 0 }
    var left = Float.random(in: 0..<1, using: &random) * weights.reduce(0, +)
    for (token, weight) in weights.enumerated() where weight > 0 {
      left -= weight
      if left < 0 { return token }
    }
    return weights.indices.max { weights[$0] < weights[$1] } ?? 0
  }
}

/// A small generator with a seed, so that the same recording gives the same text. Source: Steele et al., 'SplitMix', 2014.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
