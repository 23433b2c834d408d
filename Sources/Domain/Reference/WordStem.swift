/// English words without their endings, by Porter's algorithm (M. F. Porter, 'An algorithm for suffix stripping', 1980),
/// as SQLite's `porter` tokenizer has it. ASCII letters only; other words stay as they are.
public enum WordStem {
  /// - Parameter word: lower case.
  public static func of(_ word: [UInt8]) -> [UInt8] {
    guard word.count > 2, word.count < 64, word.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) else { return word }
    var stem = Porter(word)
    stem.run()
    return stem.letters
  }
}

private struct Porter {
  var letters: [UInt8]

  init(_ word: [UInt8]) { letters = word }

  mutating func run() {
    plurals()
    pastTense()
    if ends("y"), hasVowel(letters.count - 1) { letters[letters.count - 1] = UInt8(ascii: "i") }
    replaceFirst(Self.longer, least: 0)
    replaceFirst(Self.shorter, least: 0)
    dropLast()
    tidy()
  }

  // MARK: Steps

  private mutating func plurals() {
    if ends("sses") || ends("ies") {
      letters.removeLast(2)
    } else if ends("s"), !ends("ss") {
      letters.removeLast()
    }
  }

  private mutating func pastTense() {
    if ends("eed") {
      if measure(letters.count - 3) > 0 { letters.removeLast() }
      return
    }
    for ending in ["ed", "ing"] where ends(ending) {
      guard hasVowel(letters.count - ending.utf8.count) else { return }
      letters.removeLast(ending.utf8.count)
      if ends("at") || ends("bl") || ends("iz") {
        letters.append(UInt8(ascii: "e"))
      } else if isDouble, let last = letters.last, !"lsz".utf8.contains(last) {
        letters.removeLast()
      } else if measure(letters.count) == 1, isShort(letters.count) {
        letters.append(UInt8(ascii: "e"))
      }
      return
    }
  }

  private static let longer: [(String, String)] = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("logi", "log"),
    ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
    ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
    ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
  ]
  private static let shorter: [(String, String)] = [
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", ""),
  ]
  private static let dropped = [
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "al", "er",
    "ic", "ou",
  ]

  private mutating func replaceFirst(_ rules: [(String, String)], least: Int) {
    for (ending, other) in rules where ends(ending) {
      let stem = letters.count - ending.utf8.count
      if measure(stem) > least { letters.replaceSubrange(stem..., with: other.utf8) }
      return
    }
  }

  private mutating func dropLast() {
    if ends("ion") {
      let stem = letters.count - 3
      if stem > 0, letters[stem - 1] == UInt8(ascii: "s") || letters[stem - 1] == UInt8(ascii: "t"), measure(stem) > 1 {
        letters.removeLast(3)
      }
      return
    }
    for ending in Self.dropped where ends(ending) {
      if measure(letters.count - ending.utf8.count) > 1 { letters.removeLast(ending.utf8.count) }
      return
    }
  }

  private mutating func tidy() {
    if ends("e") {
      let stem = letters.count - 1
      if measure(stem) > 1 || (measure(stem) == 1 && !isShort(stem)) { letters.removeLast() }
    }
    if ends("ll"), measure(letters.count - 1) > 1 { letters.removeLast() }
  }

  // MARK: What a word is made of

  private func ends(_ ending: String) -> Bool {
    letters.count > ending.utf8.count && letters.suffix(ending.utf8.count).elementsEqual(ending.utf8)
  }

  private func isVowel(_ place: Int) -> Bool {
    switch letters[place] {
    case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): true
    case UInt8(ascii: "y"): place > 0 && !isVowel(place - 1)
    default: false
    }
  }

  private func hasVowel(_ count: Int) -> Bool { (0..<count).contains(where: isVowel) }

  /// How often vowels are followed by consonants in the first letters.
  private func measure(_ count: Int) -> Int {
    var (sum, wasVowel) = (0, false)
    for place in 0..<count {
      let vowel = isVowel(place)
      if wasVowel, !vowel { sum += 1 }
      wasVowel = vowel
    }
    return sum
  }

  private var isDouble: Bool {
    letters.count > 1 && letters[letters.count - 1] == letters[letters.count - 2] && !isVowel(letters.count - 1)
  }

  /// Consonant, vowel, consonant that is not w, x or y.
  private func isShort(_ count: Int) -> Bool {
    guard count > 2, !isVowel(count - 1), isVowel(count - 2), !isVowel(count - 3) else { return false }
    return !"wxy".utf8.contains(letters[count - 1])
  }
}
