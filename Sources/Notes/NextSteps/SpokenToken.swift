/// A word as the rules read it: lower case, without punctuation, "twenty-one" as two.
struct SpokenToken: Sendable {
  let lower: String
  /// As heard, without punctuation around it.
  let surface: String
  /// Index among the words heard.
  let word: Int
  /// A comma, semicolon, colon or dash follows.
  var pauses = false
  var endsSentence = false
  var endsQuestion = false

  var isCapital: Bool { surface.first?.isUppercase == true }
}

/// Cuts what was heard into sentences of tokens.
enum SpokenSentences {
  private static let abbreviations: Set<String> = ["mr", "mrs", "ms", "dr", "st", "inc", "co", "ltd", "no", "jr"]
  private static let edges: Set<Character> = [
    ".", ",", "?", "!", ";", ":", "\"", "“", "”", "‘", "(", ")", "…", "–", "—", "'",
  ]

  static func make(_ words: [SaidWord]) -> [[SpokenToken]] {
    var sentences: [[SpokenToken]] = [[]]
    for (index, word) in words.enumerated() {
      let tokens = tokens(of: word.text, index: index)
      sentences[sentences.count - 1] += tokens
      if tokens.last?.endsSentence == true { sentences.append([]) }
    }
    return sentences.filter { !$0.isEmpty }
  }

  private static func tokens(of text: String, index: Int) -> [SpokenToken] {
    let plain = text.replacing("’", with: "'")
    var core = plain[...]
    while let first = core.first, edges.contains(first) { core.removeFirst() }
    var tail: [Character] = []
    while let last = core.last, edges.contains(last) { tail.append(core.removeLast()) }
    guard !core.isEmpty else { return [] }
    let lower = core.lowercased()
    let ends = tail.contains { ".?!…".contains($0) } && !(tail == ["."] && abbreviations.contains(lower))
    let parts = split(String(core))
    return parts.enumerated().map { place, part in
      let isLast = place == parts.count - 1
      return SpokenToken(
        lower: part.lowercased(), surface: part, word: index,
        pauses: isLast && tail.contains { ",;:–—".contains($0) }, endsSentence: isLast && ends,
        endsQuestion: isLast && tail.contains("?"))
    }
  }

  /// "twenty-one" and "twenty-second" are two words to a reader of numbers; "add-on" is one.
  private static func split(_ core: String) -> [String] {
    let parts = core.split(separator: "-").map(String.init)
    let isNumber = parts.count > 1 && parts.allSatisfy { NumberWords.isPart($0.lowercased()) }
    return isNumber ? parts : [core]
  }
}

/// A pattern of words: alternatives with `|`, an optional word with `?` at its end, `..3` for up to three words of any kind.
struct Phrase: Sendable {
  private enum Part: Sendable {
    case word(Set<String>)
    case optional(Set<String>)
    case gap(Int)
  }
  private let parts: [Part]

  init(_ pattern: String) {
    parts = pattern.split(separator: " ").map { piece in
      if piece.hasPrefix("..") { return .gap(Int(piece.dropFirst(2)) ?? 0) }
      let words = Set((piece.hasSuffix("?") ? piece.dropLast() : piece).split(separator: "|").map(String.init))
      return piece.hasSuffix("?") ? .optional(words) : .word(words)
    }
  }

  /// Where the pattern ends that begins at a place, nil where it does not begin there.
  func end(_ tokens: [SpokenToken], at place: Int, limit: Int? = nil) -> Int? {
    match(tokens, place, limit ?? tokens.count, parts[...])
  }

  private func match(_ tokens: [SpokenToken], _ place: Int, _ limit: Int, _ rest: ArraySlice<Part>) -> Int? {
    guard let part = rest.first else { return place }
    let after = rest.dropFirst()
    switch part {
    case .word(let words):
      guard place < limit, words.contains(tokens[place].lower) else { return nil }
      return match(tokens, place + 1, limit, after)
    case .optional(let words):
      if place < limit, words.contains(tokens[place].lower), let end = match(tokens, place + 1, limit, after) {
        return end
      }
      return match(tokens, place, limit, after)
    case .gap(let most):
      for step in 0...most where place + step <= limit {
        if let end = match(tokens, place + step, limit, after) { return end }
      }
      return nil
    }
  }
}
