/// GPT-2's byte-level alphabet: each byte is one printable character, so that a vocabulary of strings covers all bytes.
enum ByteLevel {
  /// Byte → scalar: printable Latin-1 stands for itself, the other 68 bytes follow from U+0100 on.
  static let scalars: [Unicode.Scalar] = {
    let printable = Array(33...126) + Array(161...172) + Array(174...255)
    var next: UInt32 = 256
    return (0...255).map { byte in
      if printable.contains(byte) { return Unicode.Scalar(UInt8(byte)) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? "\u{FFFD}"
    }
  }()

  /// Scalar value → byte, for all scalars up to the alphabet's last.
  private static let alphabet: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 512)
    for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = UInt8(byte) }
    return table
  }()

  /// The bytes of a vocabulary entry given in UTF-8; characters outside the alphabet stand for their own UTF-8.
  static func bytes(ofUTF8 token: [UInt8]) -> [UInt8] {
    if token.allSatisfy({ (33...126).contains($0) }) { return token }  // most of them, spared a copy
    var result: [UInt8] = []
    result.reserveCapacity(token.count)
    var at = 0
    while at < token.count {
      let lead = token[at]
      let isPair = lead & 0xE0 == 0xC0 && at + 1 < token.count
      let value = isPair ? Int(lead & 0x1F) << 6 | Int(token[at + 1] & 0x3F) : Int(lead)
      if value < alphabet.count, let byte = alphabet[value], isPair == (value > 127) {
        result.append(byte)
      } else {
        result += token[at..<at + (isPair ? 2 : 1)]
      }
      at += isPair ? 2 : 1
    }
    return result
  }

  /// Splits text as GPT-2's pattern does: contractions, then runs of letters, digits or other signs with at most one
  /// leading space, then white space (a run before a word gives its last space to the word).
  static func pieces(of text: String) -> [Substring.UnicodeScalarView] {
    let scalars = text.unicodeScalars
    var pieces: [Substring.UnicodeScalarView] = []
    var at = scalars.startIndex
    while at < scalars.endIndex {
      let end = endOfPiece(scalars, from: at)
      pieces.append(scalars[at..<end])
      at = end
    }
    return pieces
  }

  private enum Kind { case letter, number, space, other }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
    case .decimalNumber, .letterNumber, .otherNumber: .number
    default: scalar.properties.isWhitespace ? .space : .other
    }
  }

  private static func endOfPiece(_ s: String.UnicodeScalarView, from start: String.Index) -> String.Index {
    if let end = endOfContraction(s, from: start) { return end }
    let next = s.index(after: start)
    if s[start] == " ", next < s.endIndex, kind(s[next]) != .space { return endOfRun(s, from: next) }
    guard kind(s[start]) == .space else { return endOfRun(s, from: start) }
    let end = endOfRun(s, from: start)
    let last = s.index(before: end)
    return end == s.endIndex || last == start ? end : last
  }

  private static func endOfRun(_ s: String.UnicodeScalarView, from start: String.Index) -> String.Index {
    let wanted = kind(s[start])
    return s[start...].firstIndex { kind($0) != wanted } ?? s.endIndex
  }

  private static func endOfContraction(_ s: String.UnicodeScalarView, from start: String.Index) -> String.Index? {
    guard s[start] == "'" else { return nil }
    for ending in ["s", "t", "re", "ve", "m", "ll", "d"]
    where s[s.index(after: start)...].starts(with: ending.unicodeScalars) {
      return s.index(start, offsetBy: ending.unicodeScalars.count + 1)
    }
    return nil
  }
}
