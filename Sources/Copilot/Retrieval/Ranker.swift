import Domain
import Foundation
import Storage

/// Ranks chunks by BM25 over their fields (Robertson, Zaragoza and Taylor, 'Simple BM25 extension to multiple weighted
/// fields', 2004), by words side by side, and by how much of the question they have.
struct Ranker {
  struct Ranked {
    let row: ReferenceRow
    var score: Double
    /// Which terms it has, and how well: 0...1.
    let found: [Double]
    /// How much of the account's name, or its contact's, the question has: 0...1.
    var named: Double
  }

  let query: QueryTerms
  let vocabulary: Vocabulary
  private let likeness: [UInt32: [(term: Int, likeness: Double)]]
  /// A bit for each key's last seven bits: most words are none of the question's.
  private let sieve: (UInt64, UInt64)

  private static let (k1, b) = (1.2, 0.4)
  private static let (names, title, tags) = (4.0, 2.5, 1.2)

  init(_ query: QueryTerms, _ vocabulary: Vocabulary) {
    self.query = query
    self.vocabulary = vocabulary
    var likeness: [UInt32: [(term: Int, likeness: Double)]] = [:]
    for (place, term) in query.terms.enumerated() {
      for meaning in term.meanings { likeness[meaning.key, default: []].append((place, meaning.likeness)) }
    }
    self.likeness = likeness
    sieve = likeness.keys.reduce(into: (0, 0)) { sieve, key in
      if key & 64 == 0 { sieve.0 |= 1 << UInt64(key & 63) } else { sieve.1 |= 1 << UInt64(key & 63) }
    }
  }

  private func meanings(_ key: UInt32) -> [(term: Int, likeness: Double)]? {
    guard (key & 64 == 0 ? sieve.0 : sieve.1) >> UInt64(key & 63) & 1 == 1 else { return nil }
    return likeness[key]
  }

  func rank(_ row: ReferenceRow) -> Ranked {
    let count = query.terms.count
    var frequency = [Double](repeating: 0, count: count)
    var found = [Double](repeating: 0, count: count)
    var pairs = 0.0
    func add(_ field: ArraySlice<UInt32>, _ weight: Double) {
      var last = -1
      for key in field {
        guard let terms = meanings(key) else {
          last = -1
          continue
        }
        for (term, likeness) in terms {
          frequency[term] += weight * likeness
          found[term] = max(found[term], likeness)
          if term == last + 1, last >= 0 {
            pairs += min(query.terms[term].weight, query.terms[last].weight) * likeness
          }
        }
        last = terms.first?.term ?? -1
      }
    }
    let terms = row.terms
    add(terms.names, Self.names)
    add(terms.title, Self.title)
    add(terms.tags, Self.tags)
    add(terms.content, 1)
    let length = 1 - Self.b + Self.b * Double(terms.content.count) / vocabulary.averageLength
    var score = 0.0
    for (place, term) in query.terms.enumerated() where frequency[place] > 0 {
      let saturated = frequency[place] * (Self.k1 + 1) / (frequency[place] + Self.k1 * length)
      score += term.weight * saturated * found[place]
    }
    score += min(pairs, 12) * 0.35
    score *= 0.45 + 0.55 * coverage(found, of: query.terms.indices)
    return Ranked(row: row, score: score * prior(row.source), found: found, named: named(row))
  }

  /// How much of what terms tell is found: 0...1.
  func coverage(_ found: [Double], of places: some Sequence<Int>) -> Double {
    var (sum, all) = (0.0, 0.0)
    for place in places {
      sum += query.terms[place].weight * found[place]
      all += query.terms[place].weight
    }
    return all > 0 ? sum / all : 0
  }

  private func prior(_ source: ReferenceSource) -> Double {
    switch source {
    case .pricing: query.wantsPrice ? 1.3 : query.wantsBrief ? 1.15 : 0.95
    case .playbook: query.wantsBrief ? 1.25 : 1
    case .crm: 0.9
    default: 1
    }
  }

  private func named(_ row: ReferenceRow) -> Double {
    guard !row.account.isEmpty, row.terms.names.contains(where: { meanings($0) != nil }) else { return 0 }
    let account = row.terms.names.prefix(TextTerms.words(row.account).count)
    var (sum, all) = (0.0, 0.0)
    for key in account {
      let weight = vocabulary.weight(uses: vocabulary.uses(key))
      all += weight
      sum += weight * (likeness[key]?.map(\.likeness).filter { $0 >= 0.6 }.max() ?? 0)
    }
    let byName = all > 0 ? sum / all : 0
    return max(byName, contact(row.terms.names.dropFirst(account.count)))
  }

  /// A contact's name, or a customer's number, that hardly any other chunk has. Somebody with the same surname is somebody
  /// else.
  private func contact(_ names: ArraySlice<UInt32>) -> Double {
    var best = 0.0
    for key in names where vocabulary.uses(key) <= 3 || vocabulary.weight(uses: vocabulary.uses(key)) > 5 {
      for meaning in meanings(key) ?? [] where meaning.likeness >= 0.7 && isWhole(meaning.term, names) {
        best = max(best, meaning.likeness)
      }
    }
    return best
  }

  /// Whether all words of the name that a term of the question belongs to are among these.
  private func isWhole(_ place: Int, _ names: ArraySlice<UInt32>) -> Bool {
    guard let name = query.terms[place].name else { return true }
    return query.terms.filter { $0.name == name }.allSatisfy { term in
      term.meanings.contains { $0.likeness >= 0.6 && names.contains($0.key) }
    }
  }
}
