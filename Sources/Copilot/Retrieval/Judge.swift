import Domain
import Foundation

/// Says whether what was found answers a question. Where it names an account: by whether what is asked of it is said; else
/// by whether what it names is there at all, and by the ``Evidence`` for each of the best chunks.
struct Judge {
  struct Verdict {
    let isAnswerable: Bool
    /// How much of the question was found: 0...1.
    let coverage: Double
    /// For each chunk that may answer; nil where something else decided.
    var evidence: [Evidence]?
  }

  /// Less of a question found than this is 'not in the references', where nothing else tells.
  static let leastCoverage = 0.5
  /// A word that is found no better than this counts for nothing.
  static let leastLikeness = 0.5
  /// The same for what is asked about an account that the question names.
  private static let leastOfRest = 0.4
  /// So much of a name has to be found.
  private static let leastOfName = 0.6
  /// Where less than this is asked of an account than its name, anything that is known of it will do.
  private static let leastAsked = 0.2
  /// So much of a question has what is known of one customer to have, and so many words of it beside names or one of their
  /// own name, where it does not name them.
  private static let (leastOfOthers, leastWordsOfOthers) = (0.7, 2)

  let query: QueryTerms
  let ranker: Ranker
  let named: Naming
  /// The account that the question may be about without naming it.
  let about: String?

  func verdict(_ ranked: [Ranker.Ranked]) -> Verdict {
    guard !query.terms.isEmpty, let first = ranked.first else { return Verdict(isAnswerable: false, coverage: 0) }
    let about = ranked.filter { named.accounts.contains($0.row.account) }
    if !about.isEmpty { return verdict(ranked, about: about) }
    let fitting = ranked.filter(hasNames).prefix(Retriever.topK)
    let coverage = fitting.map { self.coverage($0.found, of: query.terms.indices) }.max() ?? 0
    // A number that nobody has is no other number.
    let lacksFigure = query.terms.indices.contains {
      query.terms[$0].hasFigures && first.found[$0] == 0 && query.terms[$0].uses == 0
    }
    if lacksFigure || fitting.isEmpty { return Verdict(isAnswerable: false, coverage: coverage) }
    if query.wantsBrief { return Verdict(isAnswerable: coverage >= Self.leastCoverage, coverage: coverage) }
    let evidence = fitting.filter(mayTell).map(self.evidence)
    return Verdict(isAnswerable: evidence.contains(where: \.isEnough), coverage: coverage, evidence: evidence)
  }

  /// Whether a chunk has every name that the question has: a brewery that isn't ours is none of ours.
  private func hasNames(_ item: Ranker.Ranked) -> Bool {
    Set(query.terms.compactMap(\.name)).allSatisfy { name in
      coverage(item.found, of: query.terms.indices.filter { query.terms[$0].name == name }) >= Self.leastOfName
    }
  }

  /// What is known of one customer tells nothing of others, nor of the company.
  private func mayTell(_ item: Ranker.Ranked) -> Bool {
    if item.row.account.isEmpty || about.map({ item.row.account.caseInsensitiveCompare($0) == .orderedSame }) == true {
      return true
    }
    let names = Set(item.row.terms.names)
    let beside = query.terms.indices.filter { query.terms[$0].name == nil && item.found[$0] >= Self.leastLikeness }
    return coverage(item.found, of: query.terms.indices) >= Self.leastOfOthers
      && (beside.count >= Self.leastWordsOfOthers || query.terms.indices.contains { isOf($0, names) })
  }

  private func evidence(_ item: Ranker.Ranked) -> Evidence {
    let (terms, found) = (query.terms, item.found.map { $0 < Self.leastLikeness ? 0 : $0 })
    let beside = terms.indices.filter { terms[$0].name == nil && found[$0] > 0 }
    let (lost, all) = terms.indices.reduce((0, 0)) { sums, place in
      let weight = terms[place].weight * terms[place].share
      return (sums.0 + (found[place] > 0 ? 0 : weight), sums.1 + weight)
    }
    return Evidence(
      found: beside.reduce(0) { $0 + terms[$1].share * found[$1] },
      asked: terms.indices.filter { terms[$0].isAsked }.map { found[$0] }.min() ?? 1, lost: lost / all)
  }

  private func isOf(_ place: Int, _ keys: Set<UInt32>) -> Bool {
    query.terms[place].meanings.contains { $0.likeness >= Self.leastLikeness && keys.contains($0.key) }
  }

  private func coverage(_ found: [Double], of places: some Sequence<Int>) -> Double {
    ranker.coverage(found.map { $0 < Self.leastLikeness ? 0 : $0 }, of: places)
  }

  /// Where an account is named, what else is asked has to be said of it, or be a matter of prices and of selling.
  private func verdict(_ ranked: [Ranker.Ranked], about: [Ranker.Ranked]) -> Verdict {
    let names = Set(about.flatMap { ranked in ranked.row.terms.names + ranked.row.terms.title })
    let rest = query.terms.indices.filter { !isOf($0, names) }
    if rest.isEmpty || query.wantsBrief { return Verdict(isAnswerable: true, coverage: 1) }
    // A customer's number leaves no doubt of who is meant.
    if query.terms.indices.contains(where: { query.terms[$0].hasFigures && !rest.contains($0) }) {
      return Verdict(isAnswerable: true, coverage: 1)
    }
    let (asked, all) = (rest.reduce(0) { $0 + query.terms[$1].weight }, query.terms.reduce(0) { $0 + $1.weight })
    if asked < all * Self.leastAsked { return Verdict(isAnswerable: true, coverage: 1) }
    // What is known of an account may be spread over several chunks.
    var found = [Double](repeating: 0, count: query.terms.count)
    for place in rest { found[place] = about.map { $0.found[place] }.max() ?? 0 }
    let own = coverage(found, of: rest)
    if own >= Self.leastOfRest { return Verdict(isAnswerable: true, coverage: own) }
    guard query.wantsPrice else { return Verdict(isAnswerable: false, coverage: own) }
    let general =
      ranked.prefix(Retriever.topK).filter { $0.row.account.isEmpty }.map { coverage($0.found, of: rest) }.max() ?? 0
    return Verdict(isAnswerable: general >= Self.leastCoverage, coverage: max(own, general))
  }
}
