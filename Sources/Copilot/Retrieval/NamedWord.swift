import Domain
import Foundation

/// A word of a question, and whether it is written as part of a name.
struct NamedWord: Sendable {
  /// Lower case, letters and figures only.
  let bytes: [UInt8]
  /// Which name it is part of, from 0: words side by side that begin with a capital letter. nil for other words, and in
  /// a question that is written in capitals, or like a heading, throughout.
  var name: Int?
  /// Whether the question hardly changes without it, as ``QuestionGrammar`` has it.
  var isLight = false
  /// Whether it is of what the question asks for.
  var isAsked = false

  var text: String { String(decoding: bytes, as: UTF8.self) }

  static func words(_ question: String) -> [NamedWord] {
    var (words, name, isOpen, hasSmall): ([NamedWord], Int, Bool, Bool) = ([], 0, false, false)
    for piece in question.split(whereSeparator: \.isWhitespace) {
      let own = TextTerms.words(String(piece))
      // `&` belongs to the name around it.
      if own.isEmpty { continue }
      let isCapital = piece.first { $0.isLetter || $0.isNumber }?.isUppercase == true && own[0].count > 1
      if !isCapital, isOpen { name += 1 }
      isOpen = isCapital
      hasSmall = hasSmall || piece.contains(where: \.isLowercase) && !isCapital
      words += own.map { NamedWord(bytes: $0, name: isCapital ? name : nil) }
      if isOpen, let last = piece.last, ",.;:?!".contains(last) { (name, isOpen) = (name + 1, false) }
    }
    words = hasSmall ? withoutBeginning(words) : words.map { NamedWord(bytes: $0.bytes, name: nil) }
    for (place, part) in QuestionGrammar(words).parts.enumerated() {
      (words[place].isLight, words[place].isAsked) = (part.isLight, part.isAsked)
    }
    return words
  }

  /// Any sentence begins with a capital letter: its first word is of a name only where another word of one follows.
  private static func withoutBeginning(_ words: [NamedWord]) -> [NamedWord] {
    var words = words
    guard let first = words.first, let name = first.name else { return words }
    let isName = words.dropFirst().first?.name == name && !WordGroups.empty.contains(first.text)
    if !isName { words[0].name = nil }
    return words
  }
}
