import Domain

/// Reads a question word by word: what stands there, what it may be a misspelling of, and which words are one.
struct QuestionReader {
  typealias Meaning = QueryTerms.Meaning

  /// A word with all that is asked of it again and again.
  private struct Word {
    let own: NamedWord
    var bytes: [UInt8] { own.bytes }
    let text: String
    let key: UInt32
    let isKnown: Bool
    let isEmpty: Bool
  }

  private let words: [Word]
  private let vocabulary: Vocabulary
  private let groups: WordGroups
  private var place = 0
  private var guessed: [[UInt8]: [Vocabulary.Guess]] = [:]

  init(_ words: [NamedWord], _ vocabulary: Vocabulary, _ groups: WordGroups) {
    self.vocabulary = vocabulary
    self.groups = groups
    self.words = words.map { word in
      let key = TextTerms.key(word.bytes)
      return Word(
        own: word, text: word.text, key: key, isKnown: vocabulary.uses(key) > 0,
        isEmpty: WordGroups.empty.contains(word.text))
    }
  }

  /// The next words that tell something, with the first of them as it was written; nil behind the last.
  mutating func next() -> (meanings: [Meaning], word: NamedWord)? {
    while place < words.count {
      let start = place
      let (meanings, used) = read()
      place += used
      if let meanings { return (meanings, words[start].own) }
    }
    return nil
  }

  /// What stands here, and of how many words; nil for a word that means nothing.
  private mutating func read() -> ([Meaning]?, Int) {
    for count in [4, 3, 2] where place + count <= words.count {
      if let joined = joined(words[place..<place + count]) { return (joined, count) }
    }
    let word = words[place]
    if word.isEmpty || (word.bytes.count == 1 && word.bytes[0] >= 0x61) { return (nil, 1) }
    // 'Pitch' says what is wanted, not what it is about.
    if !word.isKnown, PositioningIntent.isMeant([word.bytes]) { return (nil, 1) }
    var meanings = [Meaning(word: word.text, key: word.key, likeness: 1)]
    if !word.isKnown { meanings += guesses(word) }
    return (meanings + self.meanings(groups.others(word.key)), 1)
  }

  /// Words that mean the same.
  private func meanings(_ others: [String]) -> [Meaning] {
    others.flatMap(TextTerms.words).map { Self.meaning($0, 0.7) }
  }

  private static func meaning(_ word: [UInt8], _ likeness: Double) -> Meaning {
    Meaning(word: String(decoding: word, as: UTF8.self), key: TextTerms.key(word), likeness: likeness)
  }

  private mutating func close(_ word: [UInt8]) -> [Vocabulary.Guess] {
    if let known = guessed[word] { return known }
    let guesses = vocabulary.guesses(word)
    guessed[word] = guesses
    return guesses
  }

  private mutating func guesses(_ unknown: Word) -> [Meaning] {
    let word = unknown.bytes
    // Speech recognition mishears one everyday word for another; nobody misspells one as another.
    let share = groups.isEveryday(unknown.key) ? 0.5 : 1
    var meanings = close(word).map { Self.meaning(Array($0.word.utf8), $0.likeness * share) }
    // Two words that were written as one.
    if word.count >= 7, meanings.first.map({ $0.likeness < 0.8 }) ?? true {
      for cut in 4..<max(4, word.count - 3) {
        let parts = [Array(word[..<cut]), Array(word[cut...])]
        if parts.allSatisfy(vocabulary.has) { meanings += parts.map { Self.meaning($0, 0.6) } }
      }
    }
    return meanings
  }

  /// One word that was heard, or written, as several: `town homes`, `back flow`, `h o a`.
  private mutating func joined(_ words: ArraySlice<Word>) -> [Meaning]? {
    let whole = words.flatMap(\.bytes)
    guard whole.count >= 3, whole.count <= 24, !whole.contains(where: { $0 < 0x61 }) else { return nil }
    // 'We ring' is no 'wering'.
    if words.first?.isEmpty == true, words.dropFirst().allSatisfy({ $0.isEmpty || groups.isEveryday($0.key) }) {
      return nil
    }
    let areKnown = words.allSatisfy(\.isKnown)
    if words.count > 2, areKnown, words.contains(where: { $0.bytes.count > 2 }) { return nil }
    let parts = words.filter { !$0.isEmpty && $0.bytes.count > 1 }
    // `cedarlogistics` may be a word of an address: 'Cedar Logistics' is its own two words all the same.
    let own = parts.map { Meaning(word: $0.text, key: $0.key, likeness: areKnown ? 0.9 : 0.5) }
    if vocabulary.has(whole) { return [Self.meaning(whole, 1)] + own }
    let others = groups.others(TextTerms.key(whole))
    if !others.isEmpty { return meanings(others) }
    // Only what makes no sense as it stands is guessed at.
    let missing = parts.filter { !$0.isKnown }
    guard !areKnown, words.count < 4, whole.count >= 6, whole.count <= 16, !missing.isEmpty,
      missing.allSatisfy({ close($0.bytes).first.map { $0.likeness < 0.8 } ?? true })
    else { return nil }
    let guesses = close(whole).filter { $0.likeness >= 0.65 }
    if guesses.isEmpty { return nil }
    return guesses.map { Self.meaning(Array($0.word.utf8), $0.likeness) } + own
  }
}
