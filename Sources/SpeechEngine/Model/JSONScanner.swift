import Foundation

/// Reads JSON front to back without building it, for files that a general decoder is too slow for: a tokenizer has
/// 100 000 entries. Nesting is bounded, so that no file can exhaust the stack.
///
///     try json.begin(.object)
///     while let key = try json.nextKey() { ... }
struct JSONScanner {
  enum Container { case object, array }
  private static let deepest = 64

  private let bytes: [UInt8]
  private let url: URL
  private var at = 0
  /// One entry for each open container: whether an element came already.
  private var open: [Bool] = []

  init(_ bytes: [UInt8], _ url: URL) {
    self.bytes = bytes
    self.url = url
  }

  private func failure(_ what: String) -> ModelError { .badFile(url, reason: "not valid JSON: \(what) at byte \(at)") }

  /// The next byte that is no white space, 0 at the end.
  mutating func peek() -> UInt8 {
    while at < bytes.count {
      let byte = bytes[at]
      if byte != 32 && byte != 10 && byte != 13 && byte != 9 { return byte }
      at += 1
    }
    return 0
  }

  private mutating func take(_ byte: UInt8) throws(ModelError) {
    guard peek() == byte else { throw failure("no '\(Character(UnicodeScalar(byte)))'") }
    at += 1
  }

  mutating func begin(_ container: Container) throws(ModelError) {
    guard open.count < Self.deepest else { throw failure("nested deeper than \(Self.deepest)") }
    try take(container == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
    open.append(false)
  }

  /// Whether another element of the open array follows; closes it otherwise.
  mutating func nextElement() throws(ModelError) -> Bool { try next(UInt8(ascii: "]")) }

  /// The next key of the open object, nil (and the object closed) behind the last one.
  mutating func nextKey() throws(ModelError) -> [UInt8]? {
    guard try next(UInt8(ascii: "}")) else { return nil }
    let key = try string()
    try take(UInt8(ascii: ":"))
    return key
  }

  private mutating func next(_ closing: UInt8) throws(ModelError) -> Bool {
    if peek() == closing {
      at += 1
      open.removeLast()
      return false
    }
    if open[open.count - 1] { try take(UInt8(ascii: ",")) }
    open[open.count - 1] = true
    return true
  }

  /// The UTF-8 of a string.
  mutating func string() throws(ModelError) -> [UInt8] {
    try take(UInt8(ascii: "\""))
    let start = at
    while at < bytes.count, Self.isPlain(bytes[at]) { at += 1 }
    var text = Array(bytes[start..<at])
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
      guard bytes[at] >= 32 else { throw failure("a control character in a string") }
      if bytes[at] == UInt8(ascii: "\\") {
        at += 1
        text += try escape()
      } else {
        text.append(bytes[at])
        at += 1
      }
    }
    try take(UInt8(ascii: "\""))
    return text
  }

  /// Neither a quote nor a backslash nor a control character.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 32 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func escape() throws(ModelError) -> [UInt8] {
    let letter = at < bytes.count ? bytes[at] : 0
    at += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"): return Array(String(try unicodeEscape()).utf8)
    default: throw failure("an unknown escape")
    }
  }

  /// The scalar of `\uXXXX`, or of two of them that form a surrogate pair; U+FFFD for half a pair.
  private mutating func unicodeEscape() throws(ModelError) -> Unicode.Scalar {
    let first = try hexadecimal()
    guard (0xD800..<0xDC00).contains(first), bytes[at...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
      return Unicode.Scalar(first) ?? "\u{FFFD}"
    }
    at += 2
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
  }

  private mutating func hexadecimal() throws(ModelError) -> UInt32 {
    guard bytes.count - at >= 4, let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    else {
      throw failure("a broken \\u escape")
    }
    at += 4
    return value
  }

  mutating func integer() throws(ModelError) -> Int {
    _ = peek()
    let start = at
    while at < bytes.count, bytes[at] == UInt8(ascii: "-") || (48...57).contains(bytes[at]) { at += 1 }
    guard let value = Int(String(decoding: bytes[start..<at], as: UTF8.self)) else { throw failure("no whole number") }
    return value
  }

  mutating func integers() throws(ModelError) -> [Int] {
    var values: [Int] = []
    try begin(.array)
    while try nextElement() { values.append(try integer()) }
    return values
  }

  /// Passes over a value of any kind.
  mutating func skip() throws(ModelError) {
    switch peek() {
    case UInt8(ascii: "{"):
      try begin(.object)
      while try nextKey() != nil { try skip() }
    case UInt8(ascii: "["):
      try begin(.array)
      while try nextElement() { try skip() }
    case UInt8(ascii: "\""): _ = try string()
    default:
      let start = at
      while at < bytes.count, Self.isWord(bytes[at]) { at += 1 }
      if at == start { throw failure("no value") }
    }
  }

  /// Letters, digits and signs of numbers, true, false and null.
  private static func isWord(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...122).contains(byte) || [43, 45, 46, 69].contains(byte)
  }

  /// Nothing but white space may follow.
  mutating func end() throws(ModelError) {
    _ = peek()
    guard at == bytes.count else { throw failure("something behind the end") }
  }
}
