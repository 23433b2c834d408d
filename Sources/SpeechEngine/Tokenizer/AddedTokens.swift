/// Tokens that are spelled out in text, such as `<|en|>`, and found there before the text is cut into pieces.
struct AddedTokens: Sendable {
  let ids: [String: Int]
  private let byText: [ArraySlice<UInt8>: Int]
  private let lengths: [Int]  // of their texts, longest first
  private let starts: Set<UInt8>

  init(_ ids: [String: Int]) {
    self.ids = ids
    byText = Dictionary(ids.filter { !$0.key.isEmpty }.map { (Array($0.utf8)[...], $1) }, uniquingKeysWith: min)
    lengths = Set(byText.keys.map(\.count)).sorted(by: >)
    starts = Set(byText.keys.compactMap(\.first))
  }

  enum Part {
    case text(String)
    case token(Int)
  }

  /// Cuts text at the added tokens that it spells; where several fit, the longest counts.
  func split(_ text: String) -> [Part] {
    let bytes = Array(text.utf8)
    var parts: [Part] = []
    var (start, at) = (0, 0)
    while at < bytes.count {
      guard starts.contains(bytes[at]), let (id, length) = token(in: bytes, at: at) else {
        at += 1
        continue
      }
      if start < at { parts.append(.text(String(decoding: bytes[start..<at], as: UTF8.self))) }
      parts.append(.token(id))
      at += length
      start = at
    }
    if start < bytes.count { parts.append(.text(String(decoding: bytes[start...], as: UTF8.self))) }
    return parts
  }

  private func token(in bytes: [UInt8], at start: Int) -> (id: Int, length: Int)? {
    for length in lengths where length <= bytes.count - start {
      if let id = byText[bytes[start..<start + length]] { return (id, length) }
    }
    return nil
  }
}
