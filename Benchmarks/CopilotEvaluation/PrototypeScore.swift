public import Domain
import Foundation

/// The keyword score of FieldOS's Python prototype, from its description: counts of words, pairs of words, tags and value
/// propositions. What scores nothing is left out; it never refuses where anything scores.
public enum PrototypeScore {
  public static func find(_ question: String, in corpus: [ReferenceChunk]) -> Marks.Found {
    let words = tokens(question)
    var ranked: [(place: Int, score: Int)] = []
    for (place, chunk) in corpus.enumerated() {
      let score = score(words, chunk)
      if score > 0 { ranked.append((place, score)) }
    }
    ranked.sort { one, other in one.score == other.score ? one.place < other.place : one.score > other.score }
    let chunks = ranked.prefix(4).map { corpus[$0.place] }
    return Marks.Found(chunks: chunks, isRefused: chunks.isEmpty, cited: Array(chunks.prefix(3)))
  }

  static func score(_ words: [String], _ chunk: ReferenceChunk) -> Int {
    let text = tokens(([chunk.content] + chunk.tags + chunk.valueProps).joined(separator: " "))
    let counts = Dictionary(text.map { ($0, 1) }, uniquingKeysWith: +)
    let pairs = Set(zip(text, text.dropFirst()).map { "\($0) \($1)" })
    var score = words.reduce(0) { $0 + (counts[$1] ?? 0) }
    score += zip(words, words.dropFirst()).count { pairs.contains("\($0) \($1)") }
    for word in Set(words) {
      score += 2 * chunk.tags.count { $0.lowercased().contains(word) }
      score += chunk.valueProps.count { $0.lowercased().contains(word) }
    }
    return score
  }

  private static func tokens(_ text: String) -> [String] {
    text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.map(String.init)
  }
}
