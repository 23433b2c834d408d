import Domain
import Foundation

/// A question as ranking sees it: what each of its words may mean, and how much that tells.
struct QueryTerms: Sendable {
  struct Meaning: Sendable {
    let word: String
    let key: UInt32
    /// 1 for the word itself.
    let likeness: Double
  }

  struct Term: Sendable {
    let meanings: [Meaning]
    /// How much it tells to find it.
    let weight: Double
    /// In how many chunks one of its meanings is.
    let uses: Int
    /// Its words as FTS5 takes them.
    let match: String
    let hasFigures: Bool
  }

  let terms: [Term]
  let wantsBrief: Bool
  let wantsPrice: Bool

  private static let priceWords: Set<String> = ["price", "prices", "cost", "costs", "fee", "charge"]
  /// More words than these tell nothing more.
  private static let most = 16

  init(_ question: String, _ vocabulary: Vocabulary, _ groups: WordGroups = .shared) {
    let words = TextTerms.words(String(question.prefix(600)))
    wantsBrief = PositioningIntent.isMeant(words)
    wantsPrice = words.contains { Self.priceWords.contains(String(decoding: $0, as: UTF8.self)) }
    var terms: [Term] = []
    var place = 0
    while place < words.count, terms.count < Self.most {
      let (meanings, used) = Self.read(words, place, vocabulary, groups)
      place += used
      if let meanings { terms.append(Self.term(meanings, words[place - used], vocabulary)) }
    }
    self.terms = terms
  }

  private static func term(_ meanings: [Meaning], _ word: [UInt8], _ vocabulary: Vocabulary) -> Term {
    var keys: [UInt32: Meaning] = [:]
    for meaning in meanings where (keys[meaning.key]?.likeness ?? 0) < meaning.likeness { keys[meaning.key] = meaning }
    let own = meanings.filter { $0.likeness > 0.99 }.map { vocabulary.uses($0.key) }.max() ?? 0
    let uses = own > 0 ? own : keys.values.map { vocabulary.uses($0.key) }.max() ?? 0
    let match = keys.values.filter { vocabulary.uses($0.key) > 0 }.map(\.word).sorted()
      .map { "\"\($0)\"" }.joined(separator: " OR ")
    return Term(
      meanings: Array(keys.values), weight: vocabulary.weight(uses: uses),
      uses: keys.keys.reduce(0) { $0 + vocabulary.uses($1) }, match: match,
      hasFigures: word.contains { $0 >= 0x30 && $0 <= 0x39 })
  }

  /// What stands at a place.
  /// - Returns: nil meanings for a word that means nothing, and how many words were read.
  private static func read(
    _ words: [[UInt8]], _ place: Int, _ vocabulary: Vocabulary, _ groups: WordGroups
  ) -> ([Meaning]?, Int) {
    for count in [4, 3, 2] where place + count <= words.count {
      if let joined = joined(Array(words[place..<place + count]), vocabulary, groups) { return (joined, count) }
    }
    let word = words[place]
    let text = String(decoding: word, as: UTF8.self)
    if WordGroups.empty.contains(text) || (word.count == 1 && word[0] >= 0x61) { return (nil, 1) }
    let key = TextTerms.key(word)
    // 'Pitch' says what is wanted, not what it is about.
    if !vocabulary.has(word), PositioningIntent.isMeant([word]) { return (nil, 1) }
    var meanings = [Meaning(word: text, key: key, likeness: 1)]
    if !vocabulary.has(word) { meanings += guesses(word, vocabulary) }
    return (meanings + self.meanings(groups.others(key)), 1)
  }

  /// Words that mean the same.
  private static func meanings(_ others: [String]) -> [Meaning] {
    others.flatMap(TextTerms.words).map {
      Meaning(word: String(decoding: $0, as: UTF8.self), key: TextTerms.key($0), likeness: 0.7)
    }
  }

  private static func guesses(_ word: [UInt8], _ vocabulary: Vocabulary) -> [Meaning] {
    var meanings = vocabulary.guesses(word).map {
      Meaning(word: $0.word, key: TextTerms.key(Array($0.word.utf8)), likeness: $0.likeness)
    }
    // Two words that were written as one.
    if word.count >= 7, meanings.first.map({ $0.likeness < 0.8 }) ?? true {
      for cut in 3...(word.count - 3) {
        let parts = [Array(word[..<cut]), Array(word[cut...])]
        guard parts.allSatisfy({ $0.count > 3 && vocabulary.has($0) }) else { continue }
        meanings += parts.map {
          Meaning(word: String(decoding: $0, as: UTF8.self), key: TextTerms.key($0), likeness: 0.6)
        }
      }
    }
    return meanings
  }

  /// One word that was heard, or written, as several: `town homes`, `back flow`, `h o a`.
  private static func joined(_ words: [[UInt8]], _ vocabulary: Vocabulary, _ groups: WordGroups) -> [Meaning]? {
    let whole = Array(words.joined())
    guard whole.count >= 3, whole.count <= 24, !whole.contains(where: { $0 < 0x61 }) else { return nil }
    let areKnown = words.allSatisfy(vocabulary.has)
    if words.count > 2, areKnown, words.contains(where: { $0.count > 2 }) { return nil }
    let parts = words.filter { !WordGroups.empty.contains(String(decoding: $0, as: UTF8.self)) && $0.count > 1 }
    // `cedarlogistics` may be a word of an address: 'Cedar Logistics' is its own two words all the same.
    let likeness = areKnown ? 0.9 : 0.5
    let own = parts.map {
      Meaning(word: String(decoding: $0, as: UTF8.self), key: TextTerms.key($0), likeness: likeness)
    }
    if vocabulary.has(whole) {
      return [Meaning(word: String(decoding: whole, as: UTF8.self), key: TextTerms.key(whole), likeness: 1)] + own
    }
    let others = groups.others(TextTerms.key(whole))
    if !others.isEmpty { return meanings(others) }
    // Only what makes no sense as it stands is guessed at.
    guard !areKnown, words.count < 4, whole.count >= 6, whole.count <= 16,
      parts.contains(where: { !vocabulary.has($0) })
    else { return nil }
    let isMissing = parts.filter { !vocabulary.has($0) }
    guard isMissing.allSatisfy({ vocabulary.guesses($0, most: 1).first.map { $0.likeness < 0.8 } ?? true }) else {
      return nil
    }
    let guesses = vocabulary.guesses(whole).filter { $0.likeness >= 0.65 }
    if guesses.isEmpty { return nil }
    return guesses.map { Meaning(word: $0.word, key: TextTerms.key(Array($0.word.utf8)), likeness: $0.likeness) } + own
  }
}

/// Whether a question asks how to sell something: by whole words, so that `composition` and `counselling` don't.
enum PositioningIntent {
  private static let stems = Set(
    ["position", "pitch", "value", "selling", "sell", "upsell", "recommend", "upselling"].map {
      TextTerms.key(Array($0.utf8))
    })
  private static let never: Set<String> = ["positions", "positioned", "values", "pitched", "valuable"]

  static func isMeant(_ words: [[UInt8]]) -> Bool {
    words.contains { word in
      !never.contains(String(decoding: word, as: UTF8.self)) && stems.contains(TextTerms.key(word))
    }
  }
}
