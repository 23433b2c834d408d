import Domain
import Storage

/// Chunks that are worth ranking. Rare words give all their chunks; common ones only where they stand together, so that a
/// search costs the same however many chunks there are.
struct Candidates {
  /// A word is rare that has at most so many chunks.
  static let rare = 800
  /// Most chunks that are ranked.
  static let ranked = 120
  private static let together = 400

  let search: ReferenceSearch
  let query: QueryTerms

  /// By what the index knows them by, the likeliest first.
  func numbers() throws -> [Int64] {
    var weights: [Int64: Double] = [:]
    func add(_ numbers: [Int64], _ weight: Double) { for number in numbers { weights[number, default: 0] += weight } }
    let terms = query.terms.filter { !$0.match.isEmpty }.sorted { $0.uses < $1.uses }
    for term in terms where term.uses <= Self.rare {
      add(try search.numbers(matching: term.match, limit: Self.rare), term.weight)
    }
    let common = terms.filter { $0.uses > Self.rare }.prefix(6)
    if !common.isEmpty { try addCommon(Array(common), add) }
    let best = weights.sorted { $0.value > $1.value || ($0.value == $1.value && $0.key < $1.key) }
    return best.prefix(Self.ranked).map(\.key)
  }

  /// All common words together; where that gives little, each with the rarest of all, and at last the rarest alone.
  private func addCommon(_ common: [QueryTerms.Term], _ add: ([Int64], Double) -> Void) throws {
    func match(_ terms: ArraySlice<QueryTerms.Term>) -> String {
      terms.map { "(\($0.match))" }.joined(separator: " AND ")
    }
    var left = common.count
    while left > 0 {
      let terms = common.prefix(left)
      let numbers = try search.numbers(matching: match(terms), limit: Self.together)
      add(numbers, terms.reduce(0) { $0 + $1.weight })
      if numbers.count >= 40 { return }
      left -= 1
    }
  }
}
