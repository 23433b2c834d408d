import Foundation

/// Cuts long texts into pieces that overlap, at the ends of sentences where it can.
struct TextChunker {
  /// Most tokens of a piece, and how many the next one repeats.
  var limit = 200
  var overlap = 20

  /// A word counts one token for its first seven letters and one for each four more; marks count one. Close to what
  /// byte-pair encodings make of English.
  static func tokens(_ word: some StringProtocol) -> Int {
    let letters = word.utf8.count { byte in
      byte > 0x7F || (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }
    let marks = word.utf8.count - letters
    return max(1, 1 + max(0, letters - 4) / 4) + min(marks, 3)
  }

  /// The pieces of a text, none without words. Lines stay lines.
  func pieces(_ text: String) -> [String] {
    let words = Self.words(text)
    var pieces: [String] = []
    var start = 0
    while start < words.count {
      let end = self.end(words, from: start)
      let piece = words[start..<end].map { $0.text + $0.gap }.joined()
        .trimmingCharacters(in: .whitespacesAndNewlines)
      if !piece.isEmpty { pieces.append(piece) }
      if end >= words.count { break }
      start = max(start + 1, back(words, from: end))
    }
    return pieces
  }

  private struct Word {
    let text: String
    let gap: String
    let tokens: Int
    var endsSentence: Bool { gap == "\n" || text.last.map { ".!?".contains($0) } ?? false }
  }

  private func end(_ words: [Word], from start: Int) -> Int {
    var (sum, last, end) = (0, start, start)
    while end < words.count, sum + words[end].tokens <= limit || end == start {
      sum += words[end].tokens
      end += 1
      if words[end - 1].endsSentence, sum >= limit / 2 { last = end }
    }
    return end >= words.count || last == start ? end : last
  }

  private func back(_ words: [Word], from end: Int) -> Int {
    var (sum, start) = (0, end)
    while start > 0, sum + words[start - 1].tokens <= overlap {
      start -= 1
      sum += words[start].tokens
    }
    return start
  }

  private static func words(_ text: String) -> [Word] {
    text.split(separator: "\n").flatMap { line -> [Word] in
      let parts = line.split(whereSeparator: \.isWhitespace)
      return parts.enumerated().map { place, part in
        Word(text: String(part), gap: place == parts.count - 1 ? "\n" : " ", tokens: tokens(part))
      }
    }
  }
}
