import Foundation

/// Puts text tokens together to words: at spaces and punctuation, or at every character for languages that write without
/// spaces. The rules are openai/whisper's, as faster-whisper 1.2.1 applies them.
package struct WordSplitter {
  package struct Piece: Equatable {
    package var text: String
    package var tokens: [Int]
  }

  private let tokenizer: Tokenizer
  private let endOfText: Int
  private let writesSpaces: Bool

  private static let withoutSpaces: Set<String> = ["zh", "ja", "th", "lo", "my", "yue"]
  /// Python's `string.punctuation`; any part of it counts, the empty one too.
  private static let punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
  private static let replacement: Unicode.Scalar = "\u{FFFD}"

  package init(_ tokenizer: Tokenizer, endOfText: Int, language: String) {
    self.tokenizer = tokenizer
    self.endOfText = endOfText
    writesSpaces = !Self.withoutSpaces.contains(language)
  }

  /// - Parameter tokens: text tokens without end of text.
  package func words(of tokens: [Int]) -> [Piece] {
    let (characters, isWhole) = characters(of: tokens)
    let words = writesSpaces ? joined(characters) : characters
    // Upstream takes the last word for the end of text where half a character hides that.
    return isWhole ? words : words.dropLast()
  }

  private func joined(_ characters: [Piece]) -> [Piece] {
    var words: [Piece] = []
    for piece in characters {
      let stripped = piece.text.trimmingWhitespace()
      let startsWord =
        piece.text.unicodeScalars.first == " " || stripped.isEmpty || Self.punctuation.contains(stripped)
        || words.isEmpty
      if startsWord {
        words.append(piece)
      } else {
        words[words.count - 1].text += piece.text
        words[words.count - 1].tokens += piece.tokens
      }
    }
    return words
  }

  /// The smallest runs of tokens that are whole characters, and whether no token is left behind them.
  private func characters(of tokens: [Int]) -> ([Piece], isWhole: Bool) {
    let all = Array(tokenizer.decode(tokens).unicodeScalars)
    var pieces: [Piece] = []
    var open: [Int] = []
    var done = 0
    for token in tokens {
      open.append(token)
      let text = tokenizer.decode(open)
      let broken = text.unicodeScalars.enumerated().first { $1 == Self.replacement }?.offset
      // A replacement character that the whole text has too is what was decoded, not half a character.
      guard broken.map({ done + $0 < all.count && all[done + $0] == Self.replacement }) ?? true else { continue }
      pieces.append(Piece(text: text, tokens: open))
      open = []
      done += text.unicodeScalars.count
    }
    return (pieces, open.isEmpty)
  }
}
