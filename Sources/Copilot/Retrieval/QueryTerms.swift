import Domain
import Foundation
import Storage

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
    /// Its words as FTS5 takes them; nil where the index has none of them.
    let match: String?
    let hasFigures: Bool
    /// Which of the question's names it is part of, as ``NamedWord/name`` has it.
    let name: Int?
    /// How much it counts whether it is found, 0...1.
    let share: Double
    let isAsked: Bool
  }

  let terms: [Term]
  let wantsBrief: Bool
  let wantsPrice: Bool

  private static let priceWords: Set<String> = ["price", "prices", "cost", "costs", "fee", "charge"]
  /// Below this a word is hardly meant.
  static let leastLikeness = 0.55
  /// What a light word counts.
  private static let shareOfLight = 0.2
  /// More words than these tell nothing more.
  private static let most = 16

  init(_ question: String, _ vocabulary: Vocabulary, _ groups: WordGroups = .shared) {
    let words = NamedWord.words(String(question.prefix(600)))
    wantsBrief = PositioningIntent.isMeant(words.map(\.bytes))
    wantsPrice = words.contains { Self.priceWords.contains(String(decoding: $0.bytes, as: UTF8.self)) }
    var reader = QuestionReader(words, vocabulary, groups)
    var terms: [Term] = []
    while terms.count < Self.most, let (meanings, word) = reader.next() {
      terms.append(Self.term(meanings, word, vocabulary))
    }
    self.terms = terms
  }

  private static func term(_ meanings: [Meaning], _ word: NamedWord, _ vocabulary: Vocabulary) -> Term {
    var keys: [UInt32: Meaning] = [:]
    for meaning in meanings where (keys[meaning.key]?.likeness ?? 0) < meaning.likeness { keys[meaning.key] = meaning }
    let own = meanings.filter { $0.likeness > 0.99 }.map { vocabulary.uses($0.key) }.max() ?? 0
    // A doubtful guess leaves the word as telling as one that nobody knows.
    let guessed = keys.values.filter { $0.likeness >= Self.leastLikeness }.map { vocabulary.uses($0.key) }.max() ?? 0
    let uses = own > 0 ? own : guessed
    return Term(
      meanings: Array(keys.values), weight: vocabulary.weight(uses: uses),
      uses: keys.keys.reduce(0) { $0 + vocabulary.uses($1) },
      match: ReferenceSearch.any(of: keys.values.filter { vocabulary.uses($0.key) > 0 }.map(\.word).sorted()),
      hasFigures: word.bytes.contains { $0 >= 0x30 && $0 <= 0x39 }, name: word.name,
      share: word.isLight ? shareOfLight : 1, isAsked: word.isAsked)
  }
}

/// Whether a question asks how to sell something: by whole words, so that `composition` and `counselling` don't.
enum PositioningIntent {
  private static let stems = Set(
    ["position", "pitch", "value", "selling", "sell", "upsell", "recommend", "upselling", "angle"].map {
      TextTerms.key(Array($0.utf8))
    })
  private static let never: Set<String> = ["positions", "positioned", "values", "pitched", "valuable", "angles"]

  static func isMeant(_ words: [[UInt8]]) -> Bool {
    words.contains { word in
      !never.contains(String(decoding: word, as: UTF8.self)) && stems.contains(TextTerms.key(word))
    }
  }
}
