import Foundation

/// Independent random samples at a temperature above 0: each step draws from softmax(logits / temperature) after the rules.
/// A sample's score comes from the plain log-softmax, so that samples of different temperatures compare.
struct TokenSampler: TokenChooser {
  private struct Sample {
    var tokens: [Int]
    var sum: Float = 0
  }

  private let temperature: Float
  private let lengthPenalty: Float
  private let maximumTokens: Int
  private let rules: LogitRules
  private var open: [Sample]
  private var closed: [Sample] = []
  private var isFirst = true
  private(set) var random: SplitMix

  /// - Parameters:
  ///   - prefix: given tokens that every sample begins with.
  ///   - maximumTokens: tokens of a sample at most, the prefix included.
  init(
    samples: Int, temperature: Float, lengthPenalty: Float, prefix: [Int], maximumTokens: Int, rules: LogitRules,
    random: SplitMix
  ) {
    self.temperature = temperature
    self.lengthPenalty = lengthPenalty
    self.maximumTokens = maximumTokens
    self.rules = rules
    self.random = random
    open = Array(repeating: Sample(tokens: prefix), count: samples)
  }

  var hypotheses: [Hypothesis] {
    let end = rules.special.endOfText
    return closed.map { sample in
      let tokens = sample.tokens.last == end ? sample.tokens.dropLast() : sample.tokens[...]
      return Hypothesis(tokens: Array(tokens), sum: sample.sum, lengthPenalty: lengthPenalty)
    }.sorted { $0.score > $1.score }
  }

  mutating func choose(from logits: UnsafeMutableBufferPointer<Float>, _ compute: Compute) -> NextTokens? {
    draw(from: logits, compute)
    let end = rules.special.endOfText
    let goesOn = open.indices.filter { open[$0].tokens.last != end && open[$0].tokens.count < maximumTokens }
    closed += open.indices.filter { !goesOn.contains($0) }.map { open[$0] }
    open = goesOn.map { open[$0] }
    if open.isEmpty { return nil }
    // The first row, behind the prompt, is everybody's parent.
    defer { isFirst = false }
    return NextTokens(
      tokens: open.map { $0.tokens[$0.tokens.count - 1] }, parents: isFirst ? goesOn.map { _ in 0 } : goesOn)
  }

  /// Appends one token to each open sample.
  private mutating func draw(from logits: UnsafeMutableBufferPointer<Float>, _ compute: Compute) {
    let rows = isFirst ? 1 : open.count
    let vocabulary = logits.count / rows
    let samples = open
    guard let base = logits.baseAddress else { return }
    let rules = rules
    compute.tasks(rows) { row, _ in
      let values = UnsafeMutableBufferPointer(start: base + row * vocabulary, count: vocabulary)
      rules.apply(to: values, tokens: samples[row].tokens, compute.kernels)
      LogSoftmax.apply(to: values, compute.kernels)
    }
    for index in open.indices {
      let row = UnsafeMutableBufferPointer(start: base + (isFirst ? 0 : index) * vocabulary, count: vocabulary)
      let token = pick(from: row)
      open[index].tokens.append(token)
      open[index].sum += row[token]
    }
  }

  /// Inverse transform sampling over exp(log-probability / temperature).
  private mutating func pick(from row: UnsafeMutableBufferPointer<Float>) -> Int {
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
