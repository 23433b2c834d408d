public import Domain
import Foundation
public import Storage
import Synchronization

/// Finds what the references say to a question. One for a process: it keeps the words of the index at hand.
public final class Retriever: Sendable {
  /// How many chunks an answer is made from.
  public static let topK = 4
  /// How many chunks are taken for being near in meaning.
  private static let near = 60

  private let store: FieldStore
  private let kept = Mutex<Vocabulary?>(nil)
  private let vectors = VectorIndex()

  public init(store: FieldStore) {
    self.store = store
  }

  /// - Parameters:
  ///   - vector: the question's embedding, where there is one, and the model that it is of.
  ///   - about: the account that is being worked on; a question that names none may be about it.
  public func find(
    _ question: String, filter: ReferenceFilter = ReferenceFilter(), about: String? = nil, limit: Int = topK,
    vector: (values: [Float], model: String)? = nil
  ) throws -> Retrieval? {
    try store.references.search { search in
      guard let vocabulary = try vocabulary(search) else { return nil }
      let near =
        try vector.map { try vectors.nearest($0.values, model: $0.model, limit: Self.near, in: search) } ?? []
      let lookup = Lookup(
        search: search, query: QueryTerms(question, vocabulary), keys: ContactKeys(question), vocabulary: vocabulary,
        filter: filter, near: near)
      return try lookup.find(about: about, limit: limit)
    }
  }

  /// The words of the index as it is now; nil where there is none.
  private func vocabulary(_ search: ReferenceSearch) throws -> Vocabulary? {
    guard let build = try search.build(), build.chunks > 0 else { return nil }
    if let known = kept.withLock({ $0 }), known.version == build.version { return known }
    let made = try Vocabulary(build, search)
    kept.withLock { $0 = made }
    return made
  }
}

/// One question to the index at one moment.
private struct Lookup {
  let search: ReferenceSearch
  let query: QueryTerms
  let keys: ContactKeys
  let vocabulary: Vocabulary
  let filter: ReferenceFilter
  /// What is near in meaning, the nearest first.
  let near: [(number: Int64, likeness: Float)]

  func find(about: String?, limit: Int) throws -> Retrieval {
    var ranked = try ranked()
    let named = Naming(ranked, query)
    ranked = named.kept(ranked)
    if named.accounts.isEmpty, let about, !about.isEmpty {
      for place in ranked.indices where ranked[place].row.account.caseInsensitiveCompare(about) == .orderedSame {
        ranked[place].score *= 1.35
      }
    }
    ranked.sort { $0.score > $1.score || ($0.score == $1.score && $0.row.number < $1.row.number) }
    let judge = Judge(
      query: query, ranker: Ranker(query, vocabulary), named: named, about: filter.account ?? about)
    let verdict = judge.verdict(ranked)
    if usesMeaning(named) { ranked = Fusion.fuse(ranked, near) }
    let hits = try ranked.prefix(limit).compactMap { item in
      try search.chunk(item.row.number).map { Retrieval.Hit(chunk: $0, score: item.score) }
    }
    return Retrieval(
      hits: hits,
      isAnswerable: keys.isEmpty ? verdict.isAnswerable : hits.contains { keys.stand(in: $0.chunk.content) },
      coverage: verdict.coverage, evidence: verdict.evidence,
      wantsBrief: query.wantsBrief,
      account: named.accounts.count == 1 ? named.accounts.first : nil,
      way: usesMeaning(named) ? .wordsAndMeaning : .words, query: query, vocabulary: vocabulary)
  }

  /// Names and numbers are asked for by their letters: nothing is near them in meaning.
  private func usesMeaning(_ named: Naming) -> Bool {
    !near.isEmpty && named.accounts.isEmpty && !query.terms.contains(where: \.hasFigures)
  }

  private func ranked() throws -> [Ranker.Ranked] {
    let ranker = Ranker(query, vocabulary)
    var numbers = try Candidates(search: search, query: query, filter: filter).numbers()
    let known = Set(numbers)
    numbers += near.map(\.number).filter { !known.contains($0) }
    return try numbers.compactMap { number in
      guard let row = try search.row(number), filter.lets(account: row.account, rep: row.rep, region: row.region)
      else { return nil }
      return ranker.rank(row)
    }
  }
}
