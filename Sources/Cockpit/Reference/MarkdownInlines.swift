import Foundation

/// Makes pieces of one look of a paragraph's text: strong, emphasis, code, links. Goes over the text once.
enum MarkdownInlines {
  /// Longest text, in characters; what is behind it is left out.
  static let longest = 50_000
  private static let longestLabel = 400
  private static let longestAddress = 2_000
  private static let mostOpen = 32

  private enum Token {
    case text(String)
    case code(String)
    case link([Token], String?)
    /// `*`, `**`, `_`, `__`
    case mark(String, opens: Bool, closes: Bool)
  }

  static func read(_ text: String) -> [Markdown.Inline] {
    let characters = Array(text.prefix(longest))
    return inlines(tokens(characters[...], takesLinks: true), href: nil)
  }

  private static func tokens(_ characters: ArraySlice<Character>, takesLinks: Bool) -> [Token] {
    var tokens: [Token] = []
    var text = ""
    var at = characters.startIndex
    func flush() {
      if !text.isEmpty { tokens.append(.text(text)) }
      text = ""
    }
    while at < characters.endIndex {
      let character = characters[at]
      if character == "\\", at + 1 < characters.endIndex,
        characters[at + 1].isPunctuation || characters[at + 1].isSymbol
      {
        text.append(characters[at + 1])
        at += 2
      } else if let (token, end) = special(characters, at, takesLinks) {
        flush()
        tokens.append(token)
        at = end
      } else {
        text.append(character)
        at += 1
      }
    }
    flush()
    return tokens
  }

  /// A token that is more than text, and where it ends.
  private static func special(
    _ characters: ArraySlice<Character>, _ at: Int, _ takesLinks: Bool
  ) -> (Token, Int)? {
    switch characters[at] {
    case "`": code(characters, at)
    case "[" where takesLinks: link(characters, at)
    case "*", "_": mark(characters, at)
    default: nil
    }
  }

  private static func code(_ characters: ArraySlice<Character>, _ at: Int) -> (Token, Int)? {
    let rest = characters[(at + 1)...].prefix(longestLabel)
    guard let end = rest.firstIndex(of: "`"), end > at + 1 else { return nil }
    return (.code(String(characters[(at + 1)..<end])), end + 1)
  }

  /// `[label](address)`
  private static func link(_ characters: ArraySlice<Character>, _ at: Int) -> (Token, Int)? {
    guard let middle = characters[(at + 1)...].prefix(longestLabel).firstIndex(of: "]"),
      middle + 1 < characters.endIndex, characters[middle + 1] == "(",
      let end = characters[(middle + 2)...].prefix(longestAddress).firstIndex(of: ")")
    else { return nil }
    let label = tokens(characters[(at + 1)..<middle], takesLinks: false)
    return (.link(label, address(String(characters[(middle + 2)..<end]))), end + 1)
  }

  /// The address where it may be followed: http, https, mailto, or a place on the page.
  static func address(_ text: String) -> String? {
    let address = text.withoutMargins()
    guard address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x5c && $0 != 0x22 && $0 != 0x3c && $0 != 0x3e })
    else { return nil }
    if address.wholeMatch(of: /#[A-Za-z0-9_-]+/) != nil { return address }
    let lowered = address.lowercased()
    for scheme in ["https://", "http://", "mailto:"] where lowered.hasPrefix(scheme) && lowered.count > scheme.count {
      return URL(string: address) == nil ? nil : address
    }
    return nil
  }

  private static func mark(_ characters: ArraySlice<Character>, _ at: Int) -> (Token, Int) {
    let sign = characters[at]
    let isDouble = at + 1 < characters.endIndex && characters[at + 1] == sign
    let end = at + (isDouble ? 2 : 1)
    let before = at > characters.startIndex ? characters[at - 1] : " "
    let after = end < characters.endIndex ? characters[end] : " "
    let isInWord = sign == "_" && before.isWord && after.isWord
    let mark = String(repeating: sign, count: isDouble ? 2 : 1)
    return (.mark(mark, opens: !after.isWhitespace && !isInWord, closes: !before.isWhitespace && !isInWord), end)
  }

  /// Which marks have a partner; the others are text.
  private static func partners(_ tokens: [Token]) -> [Int: Bool] {
    var partners: [Int: Bool] = [:]
    var open: [(mark: String, place: Int)] = []
    for (place, token) in tokens.enumerated() {
      guard case .mark(let mark, let opens, let closes) = token else { continue }
      if closes, let start = open.lastIndex(where: { $0.mark == mark }), open[start].place + 1 < place {
        partners[open[start].place] = true
        partners[place] = false
        open.removeSubrange(start...)
      } else if opens, open.count < mostOpen {
        open.append((mark, place))
      }
    }
    return partners
  }

  private static func inlines(_ tokens: [Token], href: String?) -> [Markdown.Inline] {
    let partners = partners(tokens)
    var pieces: [Markdown.Inline] = []
    var (strong, emphasis) = (0, 0)
    for (place, token) in tokens.enumerated() {
      var piece = Markdown.Inline(text: "", isStrong: strong > 0, isEmphasis: emphasis > 0, href: href)
      switch token {
      case .text(let text): piece.text = text
      case .code(let text):
        piece.text = text
        piece.isCode = true
      case .mark(let mark, _, _):
        if let opens = partners[place] {
          if mark.count == 2 { strong += opens ? 1 : -1 } else { emphasis += opens ? 1 : -1 }
        } else {
          piece.text = mark
        }
      case .link(let label, let address):
        pieces += inlines(label, href: address).map { inner in
          var inner = inner
          inner.isStrong = inner.isStrong || strong > 0
          inner.isEmphasis = inner.isEmphasis || emphasis > 0
          return inner
        }
      }
      if !piece.text.isEmpty { pieces.append(piece) }
    }
    return pieces
  }
}

extension Character {
  fileprivate var isWord: Bool { isLetter || isNumber }
}
