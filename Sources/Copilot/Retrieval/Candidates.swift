import Domain
import Storage

/// Chunks that are worth ranking. Rare words give all their chunks; common ones only where they stand together, so that a
/// search costs the same however many chunks there are.
struct Candidates {
  /// A word is rare that has at most so many chunks.
  static let rare = 800
  /// Most chunks that are ranked.
  static let ranked = 120
  /// Most common words that are looked at, the rarest of them.
  private static let commonWords = 6
  /// So many chunks with common words are enough.
  private static let enough = 40

  let search: ReferenceSearch
  let query: QueryTerms
  let filter: ReferenceFilter

  /// By what the index knows them by, the likeliest first.
  func numbers() throws -> [Int64] {
    var weights: [Int64: Double] = [:]
    let terms = query.terms.filter { $0.match != nil }.sorted { $0.uses < $1.uses }
    let rare = terms.filter { $0.uses <= Self.rare }
    let common = terms.filter { $0.uses > Self.rare }.prefix(Self.commonWords)
    for term in rare {
      for number in try find(Self.any([term])) { weights[number, default: 0] += term.weight }
    }
    for term in common where !rare.isEmpty {
      let both = try find("(\(Self.any(rare))) AND (\(Self.any([term])))")
      for number in both { weights[number, default: 0] += term.weight }
    }
    try addCommon(common, to: &weights)
    let least = Self.leastWeight(weights)
    let best = weights.filter { $0.value >= least }
      .sorted { $0.value > $1.value || ($0.value == $1.value && $0.key < $1.key) }
    return best.prefix(Self.ranked).map(\.key)
  }

  /// Of the last that is ranked. Weights are sums of a few terms' own: there are far fewer of them than chunks, and most
  /// chunks need not be sorted.
  private static func leastWeight(_ weights: [Int64: Double]) -> Double {
    var counts: [Double: Int] = [:]
    for weight in weights.values { counts[weight, default: 0] += 1 }
    var left = ranked
    for (weight, count) in counts.sorted(by: { $0.key > $1.key }) {
      left -= count
      if left <= 0 { return weight }
    }
    return 0
  }

  /// Chunks without a rare word: those with all common ones; where they are few, with all but the most common, and so on.
  private func addCommon(_ common: ArraySlice<QueryTerms.Term>, to weights: inout [Int64: Double]) throws {
    var left = common
    while !left.isEmpty {
      let numbers = try find(left.map { "(\(Self.any([$0])))" }.joined(separator: " AND "))
      let weight = left.reduce(0) { $0 + $1.weight }
      for number in numbers where weights[number] == nil { weights[number] = weight }
      if numbers.count >= Self.enough { return }
      left.removeLast()
    }
  }

  private func find(_ match: String) throws -> [Int64] { try search.numbers(matching: match, limit: Self.rare, filter) }

  private static func any(_ terms: [QueryTerms.Term]) -> String {
    terms.compactMap(\.match).joined(separator: " OR ")
  }
}
