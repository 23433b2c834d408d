package import Domain
import Foundation

/// What a person typed, as FTS5 understands it.
package enum NoteWords {
  /// More words than these are not looked for.
  private static let most = 12

  /// Every word as the beginning of one, all of them wanted. Whatever was typed, it is a right query: words are quoted,
  /// and what holds no letter or figure is left out.
  /// - Returns: nil where no word is left.
  package static func match(_ typed: String) -> String? {
    let words = typed.prefix(400).split(whereSeparator: \.isWhitespace).map(plain).filter(hasWord).prefix(most)
    return words.isEmpty ? nil : words.map { "\"\($0)\"*" }.joined(separator: " ")
  }

  private static func plain(_ word: Substring) -> String {
    String(String.UnicodeScalarView(word.unicodeScalars.filter { $0 != "\"" && $0.value >= 0x20 }))
  }

  private static func hasWord(_ word: String) -> Bool { word.unicodeScalars.contains(where: isOfWord) }

  /// As the tokenizer sees it: letters and figures make words.
  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  /// The words of a text as they are compared: without case and accents.
  static func folded(_ text: some StringProtocol) -> [Substring] {
    let plain = text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
    return plain.unicodeScalars.split { !isOfWord($0) }.map { Substring($0) }
  }
}

/// Excerpts: as the index gives them, and cut here.
package enum TextPieces {
  /// So many words are shown, some of them before the first that was found.
  private static let (shown, before) = (24, 6)

  /// The words around the first that was looked for, from the text that has most of them.
  package static func around(_ typed: String, in texts: [String]) -> [TextPiece] {
    let wanted = NoteWords.folded(typed.prefix(400)).prefix(24)
    let marked = texts.map { text in
      text.split(whereSeparator: \.isWhitespace).prefix(20_000).map { word in
        (word: word, isHit: NoteWords.folded(word).contains { part in wanted.contains { part.hasPrefix($0) } })
      }
    }
    let most = marked.max { $0.count(where: \.isHit) < $1.count(where: \.isHit) } ?? []
    let start = max(0, (most.firstIndex { $0.isHit } ?? 0) - before)
    let window = most[start..<min(most.count, start + shown)]
    var pieces: [TextPiece] = start > 0 ? [TextPiece(text: "…", isHit: false)] : []
    for (index, found) in window.enumerated() {
      if index > 0 { pieces.append(TextPiece(text: " ", isHit: false)) }
      pieces.append(TextPiece(text: String(found.word), isHit: found.isHit))
    }
    if start + shown < most.count { pieces.append(TextPiece(text: "…", isHit: false)) }
    return joined(pieces)
  }

  private static func joined(_ pieces: [TextPiece]) -> [TextPiece] {
    pieces.reduce(into: []) { joined, piece in
      if let last = joined.last, last.isHit == piece.isHit {
        joined[joined.count - 1] = TextPiece(text: last.text + piece.text, isHit: piece.isHit)
      } else {
        joined.append(piece)
      }
    }
  }

  package static func parse(_ excerpt: String) -> [TextPiece] {
    var pieces: [TextPiece] = []
    var text = String.UnicodeScalarView()
    var isHit = false
    func end() {
      if !text.isEmpty { pieces.append(TextPiece(text: String(text), isHit: isHit)) }
      text = .init()
    }
    for scalar in excerpt.unicodeScalars {
      switch scalar.value {
      case 2, 3:
        end()
        isHit = scalar.value == 2
      case 9, 10, 13: text.append(" ")
      case 0..<0x20: continue
      default: text.append(scalar)
      }
    }
    end()
    return pieces
  }
}
