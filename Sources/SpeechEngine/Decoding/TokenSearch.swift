import CKernels

/// Beam search as CTranslate2 4.8 does it; one beam is greedy search.
///
/// Each step takes the 2 × beam best continuations. An end of text among the first `beam` closes a hypothesis and the next
/// open continuation takes its place; the search ends when `round(beams * patience)` hypotheses are closed (without a length
/// penalty: when the best one is) or the length is reached.
struct TokenSearch: TokenChooser {
  struct Settings {
    let beams: Int
    let patience: Float
    let lengthPenalty: Float
    /// Given tokens that every hypothesis begins with.
    let prefix: [Int]
    /// Tokens of a hypothesis at most, the prefix included.
    let maximumTokens: Int

    var maximumClosed: Int { beams == 1 ? 1 : max(1, Int(min(1e6, Float(beams) * patience).rounded())) }
    /// CTranslate2 ends a search whose scores no length evens out with its best beam.
    var endsWithTopBeam: Bool { lengthPenalty == 0 && beams > 1 }
  }

  private struct Beam {
    var tokens: [Int]
    var sum: Float
  }
  struct Candidate {
    let parent: Int
    var token: Int
    var sum: Float
  }

  private let settings: Settings
  private let rules: LogitRules
  private var open: [Beam]
  private var closed: [Hypothesis] = []
  private var topBeamClosed = false
  /// CTranslate2 gives this to what must not win but keeps its place.
  private static let hopeless: Float = -1e10

  init(_ settings: Settings, rules: LogitRules) {
    self.settings = settings
    self.rules = rules
    open = [Beam(tokens: settings.prefix, sum: 0)]
  }

  var hypotheses: [Hypothesis] { closed.sorted { $0.score > $1.score } }

  mutating func choose(from logits: UnsafeMutableBufferPointer<Float>, _ compute: Compute) -> NextTokens? {
    var candidates = best(of: logits, compute)
    let length = open[0].tokens.count
    if length == settings.prefix.count, length > 0 {
      Self.spoilSecondaryEnds(&candidates, end: rules.special.endOfText)
    }
    let isLast = length + 1 >= settings.maximumTokens
    let next = advance(candidates, isLast: isLast)
    if isLast || next.isEmpty || hasEnoughClosed { return nil }
    open = next.map { Beam(tokens: open[$0.parent].tokens + [$0.token], sum: $0.sum) }
    return NextTokens(tokens: next.map(\.token), parents: next.map(\.parent))
  }

  private var hasEnoughClosed: Bool {
    settings.endsWithTopBeam ? topBeamClosed && !closed.isEmpty : closed.count >= settings.maximumClosed
  }

  /// Behind a prefix, CTranslate2 lets only the best candidate end at once.
  private static func spoilSecondaryEnds(_ candidates: inout [Candidate], end: Int) {
    for index in candidates.indices.dropFirst() where candidates[index].token == end {
      candidates[index].token = 0
      candidates[index].sum = hopeless
    }
  }

  /// Closes what ends among the first `beams` candidates and returns the continuations that stay open.
  private mutating func advance(_ candidates: [Candidate], isLast: Bool) -> [Candidate] {
    let end = rules.special.endOfText
    var next: [Candidate] = []
    var reserve = settings.beams
    for (rank, candidate) in candidates.prefix(settings.beams).enumerated() {
      guard candidate.token == end || isLast else {
        next.append(candidate)
        continue
      }
      if rank == 0 { topBeamClosed = true }
      close(candidate)
      while reserve < candidates.count, candidates[reserve].token == end { reserve += 1 }
      if reserve < candidates.count {
        next.append(candidates[reserve])
        reserve += 1
      }
    }
    return next
  }

  private mutating func close(_ candidate: Candidate) {
    let beam = open[candidate.parent]
    let tokens = candidate.token == rules.special.endOfText ? beam.tokens : beam.tokens + [candidate.token]
    closed.append(Hypothesis(tokens: tokens, sum: candidate.sum, lengthPenalty: settings.lengthPenalty))
  }

  /// The best continuations of all beams, best first.
  private func best(of logits: UnsafeMutableBufferPointer<Float>, _ compute: Compute) -> [Candidate] {
    let wanted = settings.beams == 1 ? 1 : 2 * settings.beams
    let vocabulary = logits.count / open.count
    var found = [[Candidate]](repeating: [], count: open.count)
    guard let rows = logits.baseAddress else { return [] }
    found.withUnsafeMutableBufferPointer { found in
      compute.tasks(open.count) { beam, _ in
        let row = UnsafeMutableBufferPointer(start: rows + beam * vocabulary, count: vocabulary)
        found[beam] = best(wanted, of: row, beam: beam, compute.kernels)
      }
    }
    // Stable: of equal sums the earlier beam's comes first.
    return Array(found.joined().sorted { $0.sum > $1.sum }.prefix(wanted))
  }

  /// Applies the rules to the row of one beam and returns its best continuations by log-probability, best first.
  private func best(
    _ wanted: Int, of row: UnsafeMutableBufferPointer<Float>, beam index: Int, _ kernels: ck_kernels
  ) -> [Candidate] {
    let beam = open[index]
    rules.apply(to: row, tokens: beam.tokens, kernels)
    let shift = LogSoftmax.normaliser(of: row, kernels)
    guard let scores = row.baseAddress else { return [] }
    var best: [Candidate] = []
    var token = 0
    while token < row.count {
      // What is not above the last of the best has no larger sum either.
      if best.count == wanted {
        token += kernels.first_above(row.count - token, scores + token, scores[best[wanted - 1].token])
        if token == row.count { break }
      }
      insert(Candidate(parent: index, token: token, sum: beam.sum + (scores[token] - shift)), wanted, &best)
      token += 1
    }
    return best
  }

  private func insert(_ candidate: Candidate, _ wanted: Int, _ best: inout [Candidate]) {
    if best.count == wanted {
      if candidate.sum <= best[wanted - 1].sum { return }
      best.removeLast()
    }
    best.insert(candidate, at: best.firstIndex { candidate.sum > $0.sum } ?? best.count)
  }
}
