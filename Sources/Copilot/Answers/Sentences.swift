import Foundation

/// Cuts texts into sentences.
enum Sentences {
  private static let short: Set<String> = [
    "st", "mr", "mrs", "ms", "dr", "no", "vs", "e.g", "i.e", "inc", "co", "approx", "ave", "rd", "sq", "ft", "max",
    "min",
  ]

  /// Each line of a text has sentences of its own.
  static func of(_ text: String) -> [String] {
    text.split(separator: "\n").flatMap { line -> [String] in
      var sentences: [String] = []
      var rest = line[...]
      while let end = end(of: rest) {
        sentences.append(rest[..<end].trimmingCharacters(in: .whitespaces))
        rest = rest[end...]
      }
      sentences.append(rest.trimmingCharacters(in: .whitespaces))
      return sentences.filter { !$0.isEmpty }
    }
  }

  /// Behind the first sentence that is followed by another; nil where none is, or the text may go on.
  /// - Parameter isStrict: a sentence may begin with a small letter, too: one that cites nothing must not pass for a part
  ///   of the cited one beside it.
  static func end(of text: Substring, isStrict: Bool = false) -> Substring.Index? {
    var place = text.startIndex
    while let mark = text[place...].firstIndex(where: { ".!?\n".contains($0) }) {
      var next = text.index(after: mark)
      if text[mark] == "\n" { return next }
      // Citations and quotes belong to the sentence before them.
      while next < text.endIndex, "\"'”’)]".contains(text[next]) { next = text.index(after: next) }
      if let behind = behindCitations(text, next) { next = behind }
      if next < text.endIndex, text[next].isWhitespace, !isShort(text[..<mark]),
        isStrict ? text[next...].contains(where: { !$0.isWhitespace }) : startsSentence(text[next...])
      {
        return next
      }
      place = text.index(after: mark)
      if place >= text.endIndex { return nil }
    }
    return nil
  }

  /// Behind ` [1] [2]`.
  private static func behindCitations(_ text: Substring, _ start: Substring.Index) -> Substring.Index? {
    text[start...].prefixMatch(of: /(\s*\[\d{1,3}(,\s*\d{1,3})*\])+/).map(\.range.upperBound)
  }

  private static func isShort(_ text: Substring) -> Bool {
    let word = text.split(whereSeparator: \.isWhitespace).last.map { $0.lowercased() } ?? ""
    let plain = word.drop { !$0.isLetter && !$0.isNumber }
    return short.contains(String(plain)) || (plain.count == 1 && plain.first?.isLetter == true)
      || (!plain.isEmpty && plain.count <= 2 && plain.allSatisfy(\.isNumber) && text.count == word.count)
  }

  private static func startsSentence(_ text: Substring) -> Bool {
    guard let first = text.first(where: { !$0.isWhitespace }) else { return false }
    return !first.isLowercase
  }
}
