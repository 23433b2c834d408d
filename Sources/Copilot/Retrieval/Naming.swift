import Domain

/// Which accounts a question names.
struct Naming {
  /// Below this a question only has words of a name by chance.
  private static let least = 0.62

  let accounts: Set<String>

  init(_ ranked: [Ranker.Ranked], _ query: QueryTerms) {
    let best = ranked.map(\.named).max() ?? 0
    guard best >= Self.least else {
      accounts = []
      return
    }
    accounts = Set(ranked.filter { $0.named >= best - 0.05 }.map(\.row.account))
  }

  /// Without chunks about others.
  func kept(_ ranked: [Ranker.Ranked]) -> [Ranker.Ranked] {
    if accounts.isEmpty { return ranked }
    return ranked.filter { $0.row.account.isEmpty || accounts.contains($0.row.account) }
  }
}
