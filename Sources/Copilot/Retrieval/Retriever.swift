import Domain
import Foundation
public import Storage
import Synchronization

/// Finds what the references say to a question. One for a process: it keeps the words of the index at hand.
public final class Retriever: Sendable {
  /// How many chunks an answer is made from.
  public static let topK = 4
  /// Less of a question found than this is 'not in the references'. Set on the development half of the evaluation set.
  public static let leastCoverage = 0.5
  /// The same for what is asked about an account that the question names.
  public static let leastOfRest = 0.45

  private let store: FieldStore
  private let kept = Mutex<Vocabulary?>(nil)
  private let vectors: VectorIndex

  public init(store: FieldStore) {
    self.store = store
    vectors = VectorIndex(store: store)
  }

  /// - Parameters:
  ///   - vector: the question's embedding, where there is one, and the model that it is of.
  ///   - about: the account that is being worked on; a question that names none may be about it.
  public func find(
    _ question: String, filter: ReferenceFilter = ReferenceFilter(), about: String? = nil, limit: Int = topK,
    vector: (values: [Float], model: String)? = nil
  ) throws -> Retrieval? {
    guard let vocabulary = try vocabulary() else { return nil }
    let query = QueryTerms(question, vocabulary)
    let near = try vector.map { try vectors.nearest($0.values, model: $0.model, limit: 60) } ?? []
    var ranked = try rank(query, vocabulary, filter, near: near.map(\.number))
    let named = Naming(ranked, query)
    ranked = named.kept(ranked)
    if named.accounts.isEmpty, let about, !about.isEmpty {
      for place in ranked.indices where ranked[place].row.account.caseInsensitiveCompare(about) == .orderedSame {
        ranked[place].score *= 1.35
      }
    }
    ranked.sort { $0.score > $1.score || ($0.score == $1.score && $0.row.number < $1.row.number) }
    let judge = Judge(query: query, ranker: Ranker(query, vocabulary), named: named)
    let verdict = judge.verdict(ranked)
    if !near.isEmpty { ranked = Fusion.fuse(ranked, near) }
    let top = Array(ranked.prefix(limit))
    let chunks = try store.references.chunks(top.map(\.row.number))
    return Retrieval(
      hits: zip(chunks, top).map { .init(chunk: $0, score: $1.score) }, isAnswerable: verdict.isAnswerable,
      coverage: verdict.coverage, wantsBrief: query.wantsBrief,
      account: named.accounts.count == 1 ? named.accounts.first : nil,
      way: near.isEmpty ? .words : .wordsAndMeaning, query: query, vocabulary: vocabulary)
  }

  private func rank(
    _ query: QueryTerms, _ vocabulary: Vocabulary, _ filter: ReferenceFilter, near: [Int64]
  ) throws -> [Ranker.Ranked] {
    let ranker = Ranker(query, vocabulary)
    return try store.references.search { search in
      var numbers = try Candidates(search: search, query: query).numbers()
      let known = Set(numbers)
      numbers += near.filter { !known.contains($0) }
      return try numbers.compactMap { number in
        guard let row = try search.row(number), filter.lets(row) else { return nil }
        return ranker.rank(row)
      }
    }
  }

  /// The words of the index as it is now; nil where there is none.
  private func vocabulary() throws -> Vocabulary? {
    guard let build = try store.references.build(), build.chunks > 0 else { return nil }
    if let known = kept.withLock({ $0 }), known.version == build.version { return known }
    let made = try Vocabulary(build, store: store.references)
    kept.withLock { $0 = made }
    return made
  }
}

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

/// Says whether what was found answers a question.
struct Judge {
  let query: QueryTerms
  let ranker: Ranker
  let named: Naming

  func verdict(_ ranked: [Ranker.Ranked]) -> (isAnswerable: Bool, coverage: Double) {
    guard !query.terms.isEmpty, let first = ranked.first else { return (false, 0) }
    let all = Array(query.terms.indices)
    let coverage = ranked.prefix(Retriever.topK).map { ranker.coverage($0.found, of: all) }.max() ?? 0
    let about = ranked.filter { named.accounts.contains($0.row.account) }
    guard !about.isEmpty else {
      // A number that nobody has is no other number.
      let lacksFigure = all.contains { query.terms[$0].hasFigures && first.found[$0] == 0 && query.terms[$0].uses == 0 }
      return (coverage >= Retriever.leastCoverage && !lacksFigure, coverage)
    }
    return verdict(ranked, about: about)
  }

  /// Where an account is named, what else is asked has to be said of it, or be a matter of prices and of selling.
  private func verdict(_ ranked: [Ranker.Ranked], about: [Ranker.Ranked]) -> (isAnswerable: Bool, coverage: Double) {
    let names = Set(about.flatMap { ranked in ranked.row.terms.names + ranked.row.terms.title })
    let rest = query.terms.indices.filter { place in
      !query.terms[place].meanings.contains { names.contains($0.key) && $0.likeness >= 0.5 }
    }
    if rest.isEmpty || query.wantsBrief { return (true, 1) }
    // A customer's number leaves no doubt of who is meant.
    if query.terms.indices.contains(where: { query.terms[$0].hasFigures && !rest.contains($0) }) { return (true, 1) }
    // What is known of an account may be spread over several chunks.
    let found = rest.map { place in about.map { $0.found[place] }.max() ?? 0 }
    var all = [Double](repeating: 0, count: query.terms.count)
    for (place, value) in zip(rest, found) { all[place] = value }
    let own = ranker.coverage(all, of: rest)
    if own >= Retriever.leastOfRest { return (true, own) }
    guard query.wantsPrice else { return (false, own) }
    let general =
      ranked.prefix(Retriever.topK).filter { $0.row.account.isEmpty }
      .map { ranker.coverage($0.found, of: rest) }.max() ?? 0
    return (general >= Retriever.leastCoverage, max(own, general))
  }
}

/// Joins two rankings by places alone: their scores have nothing to do with each other (Cormack, Clarke and Büttcher,
/// 'Reciprocal rank fusion', 2009).
enum Fusion {
  private static let k = 60.0

  static func fuse(_ ranked: [Ranker.Ranked], _ near: [(number: Int64, likeness: Float)]) -> [Ranker.Ranked] {
    var scores: [Int64: Double] = [:]
    for (place, item) in ranked.enumerated() where item.score > 0 {
      scores[item.row.number, default: 0] += 1 / (k + Double(place) + 1)
    }
    for (place, item) in near.enumerated() { scores[item.number, default: 0] += 1 / (k + Double(place) + 1) }
    return ranked.map { item in
      var item = item
      item.score = scores[item.row.number] ?? 0
      return item
    }.sorted { $0.score > $1.score || ($0.score == $1.score && $0.row.number < $1.row.number) }
  }
}
