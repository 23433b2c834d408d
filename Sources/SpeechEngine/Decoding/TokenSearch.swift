/// One finished token sequence of a window.
struct Hypothesis: Equatable {
  /// Without the end-of-text token.
  let tokens: [Int]
  /// Sum of log-probabilities, the end-of-text token's included, divided by the number of tokens.
  let score: Float
}

/// Beam search as CTranslate2 4.8 does it with patience 1 and length penalty 1; one beam is greedy search.
///
/// Each step takes the 2 × beam best continuations. An end of text among the first `beam` closes a hypothesis and the next
/// open continuation takes its place; the search ends when `beam` hypotheses are closed or the length is reached.
struct TokenSearch {
  let beams: Int
  /// Tokens after the prompt at most.
  let maximumTokens: Int
  let rules: LogitRules

  private struct Beam {
    var tokens: [Int]
    var sum: Float
  }
  private struct Candidate {
    let parent: Int
    let token: Int
    let sum: Float
  }

  /// - Parameters:
  ///   - decoder: holds the prompt already.
  ///   - first: the logits behind the prompt.
  ///   - checkpoint: called before each step; what it throws ends the work.
  /// - Returns: closed hypotheses, best first; never empty.
  func run(_ decoder: TextDecoder, first: [Float], checkpoint: () throws -> Void) rethrows -> [Hypothesis] {
    let end = rules.special.endOfText
    var logits = first
    var candidates = logits.withUnsafeMutableBufferPointer { best(of: $0, [Beam(tokens: [], sum: 0)]) }
    var open = [Beam(tokens: [], sum: 0)]
    var closed: [Hypothesis] = []
    for length in 1...max(1, maximumTokens) {
      let isLast = length >= maximumTokens
      let next = advance(candidates, open, end: end, isLast: isLast, closed: &closed)
      if isLast || closed.count >= beams || next.isEmpty { break }
      open = next.map { Beam(tokens: open[$0.parent].tokens + [$0.token], sum: $0.sum) }
      try checkpoint()
      let rows = decoder.step(tokens: next.map(\.token), parents: next.map(\.parent))
      candidates = best(of: rows, open)
    }
    return closed.sorted { $0.score > $1.score }
  }

  /// Closes what ends among the first `beams` candidates and returns the continuations that stay open.
  private func advance(
    _ candidates: [Candidate], _ open: [Beam], end: Int, isLast: Bool, closed: inout [Hypothesis]
  ) -> [Candidate] {
    var next: [Candidate] = []
    var reserve = beams
    for candidate in candidates.prefix(beams) {
      guard candidate.token == end || isLast else {
        next.append(candidate)
        continue
      }
      closed.append(close(candidate, open[candidate.parent], end: end))
      while reserve < candidates.count, candidates[reserve].token == end { reserve += 1 }
      if reserve < candidates.count {
        next.append(candidates[reserve])
        reserve += 1
      }
    }
    return next
  }

  private func close(_ candidate: Candidate, _ beam: Beam, end: Int) -> Hypothesis {
    let tokens = candidate.token == end ? beam.tokens : beam.tokens + [candidate.token]
    return Hypothesis(
      tokens: tokens, score: tokens.isEmpty ? -.infinity : candidate.sum / Float(tokens.count))
  }

  /// Applies the rules and the log-softmax to each row and returns the best continuations of all, best first.
  private func best(of logits: UnsafeMutableBufferPointer<Float>, _ open: [Beam]) -> [Candidate] {
    let vocabulary = logits.count / open.count
    var best: [Candidate] = []
    let wanted = beams == 1 ? 1 : 2 * beams
    for (index, beam) in open.enumerated() {
      let row = UnsafeMutableBufferPointer(rebasing: logits[index * vocabulary..<(index + 1) * vocabulary])
      rules.apply(to: row, sampled: beam.tokens)
      LogSoftmax.apply(to: row)
      for token in 0..<vocabulary {
        let sum = beam.sum + row[token]
        if best.count == wanted, sum <= best[wanted - 1].sum { continue }
        let at = best.firstIndex { sum > $0.sum } ?? best.count
        best.insert(Candidate(parent: index, token: token, sum: sum), at: at)
        if best.count > wanted { best.removeLast() }
      }
    }
    return best
  }
}
