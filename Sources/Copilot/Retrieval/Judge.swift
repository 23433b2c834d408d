import Domain

/// Says whether what was found answers a question: by how much of it one chunk has, weighted by how much each word tells;
/// by whether what it names is there at all; and by whether the chunk says what is asked, not only what it is about.
struct Judge {
  /// Less of a question found than this is 'not in the references'. Like the others, set on the development questions.
  static let leastCoverage = 0.5
  /// The same for what is asked about an account that the question names.
  static let leastOfRest = 0.4
  /// A word that is found no better than this counts for nothing.
  private static let leastLikeness = 0.5
  /// So much of a name has to be found.
  private static let leastOfName = 0.6
  /// So much of what is asked of a chunk's subject it has to say, where that is more than ``asked`` of the question.
  private static let leastSaid = 0.3
  private static let asked = 0.25
  /// Where less than this is asked of an account than its name, anything that is known of it will do.
  private static let leastAsked = 0.2

  let query: QueryTerms
  let ranker: Ranker
  let named: Naming

  func verdict(_ ranked: [Ranker.Ranked]) -> (isAnswerable: Bool, coverage: Double) {
    guard !query.terms.isEmpty, let first = ranked.first else { return (false, 0) }
    let about = ranked.filter { named.accounts.contains($0.row.account) }
    if !about.isEmpty { return verdict(ranked, about: about) }
    // A number that nobody has is no other number.
    let lacksFigure = query.terms.indices.contains {
      query.terms[$0].hasFigures && first.found[$0] == 0 && query.terms[$0].uses == 0
    }
    let fitting = ranked.filter(hasNames).prefix(Retriever.topK)
    let coverage = fitting.map { self.coverage($0.found, of: query.terms.indices) }.max() ?? 0
    let isSaid = fitting.contains {
      self.coverage($0.found, of: query.terms.indices) >= Self.leastCoverage && saysWhatIsAsked($0)
    }
    return (isSaid && !lacksFigure, coverage)
  }

  /// Whether a chunk has every name that the question has: a brewery that isn't ours is none of ours.
  private func hasNames(_ item: Ranker.Ranked) -> Bool {
    Set(query.terms.compactMap(\.name)).allSatisfy { name in
      coverage(item.found, of: query.terms.indices.filter { query.terms[$0].name == name }) >= Self.leastOfName
    }
  }

  /// Of a chunk that is about what the question names, the rest of the question is asked: a page about a rival need not
  /// tell its stock price.
  private func saysWhatIsAsked(_ item: Ranker.Ranked) -> Bool {
    if query.wantsBrief { return true }
    let subject = Set(item.row.terms.title).union(item.row.terms.names)
    let rest = query.terms.indices.filter { query.terms[$0].name == nil && !isOf($0, subject) }
    let weight = rest.reduce(0) { $0 + query.terms[$1].weight }
    let all = query.terms.reduce(0) { $0 + $1.weight }
    return weight < all * Self.asked || coverage(item.found, of: rest) >= Self.leastSaid
  }

  private func isOf(_ place: Int, _ keys: Set<UInt32>) -> Bool {
    query.terms[place].meanings.contains { $0.likeness >= Self.leastLikeness && keys.contains($0.key) }
  }

  private func coverage(_ found: [Double], of places: some Sequence<Int>) -> Double {
    ranker.coverage(found.map { $0 < Self.leastLikeness ? 0 : $0 }, of: places)
  }

  /// Where an account is named, what else is asked has to be said of it, or be a matter of prices and of selling.
  private func verdict(_ ranked: [Ranker.Ranked], about: [Ranker.Ranked]) -> (isAnswerable: Bool, coverage: Double) {
    let names = Set(about.flatMap { ranked in ranked.row.terms.names + ranked.row.terms.title })
    let rest = query.terms.indices.filter { !isOf($0, names) }
    if rest.isEmpty || query.wantsBrief { return (true, 1) }
    // A customer's number leaves no doubt of who is meant.
    if query.terms.indices.contains(where: { query.terms[$0].hasFigures && !rest.contains($0) }) { return (true, 1) }
    let (asked, all) = (rest.reduce(0) { $0 + query.terms[$1].weight }, query.terms.reduce(0) { $0 + $1.weight })
    if asked < all * Self.leastAsked { return (true, 1) }
    // What is known of an account may be spread over several chunks.
    var found = [Double](repeating: 0, count: query.terms.count)
    for place in rest { found[place] = about.map { $0.found[place] }.max() ?? 0 }
    let own = coverage(found, of: rest)
    if own >= Self.leastOfRest { return (true, own) }
    guard query.wantsPrice else { return (false, own) }
    let general =
      ranked.prefix(Retriever.topK).filter { $0.row.account.isEmpty }.map { coverage($0.found, of: rest) }.max() ?? 0
    return (general >= Self.leastCoverage, max(own, general))
  }
}
