/// Merges the characters of one piece by rank until no known pair is left. Source: Sennrich et al., arXiv 1508.07909.
struct BytePairEncoder: Sendable {
  private let vocabulary: [String: Int]
  private let ranks: [Pair: Int]

  struct Pair: Hashable, Sendable {
    let left: String
    let right: String
  }

  init(vocabulary: [String: Int], merges: [Pair]) {
    self.vocabulary = vocabulary
    ranks = Dictionary(merges.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
  }

  /// Ids of the byte-level text of one piece; a part that the vocabulary lacks is left out.
  func encode(_ piece: String) -> [Int] {
    var parts = piece.unicodeScalars.map { String($0) }
    while let index = bestMerge(parts) {
      parts[index] += parts[index + 1]
      parts.remove(at: index + 1)
    }
    return parts.compactMap { vocabulary[$0] }
  }

  private func bestMerge(_ parts: [String]) -> Int? {
    var best: (rank: Int, index: Int)?
    for index in parts.indices.dropLast() {
      guard let rank = ranks[Pair(left: parts[index], right: parts[index + 1])] else { continue }
      if rank < best?.rank ?? .max { best = (rank, index) }
    }
    return best?.index
  }
}
