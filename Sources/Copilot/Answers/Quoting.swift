import Domain

/// Answers with sentences of the sources, word for word.
struct Quoting {
  /// Most sentences of an answer, and of one source.
  private static let (most, ofOne) = (4, 3)

  let retrieval: Retrieval

  func sentences(_ citations: [Citation]) -> [AnswerSentence] {
    guard let query = retrieval.query else { return [] }
    var scored: [(score: Double, order: Int, sentence: AnswerSentence)] = []
    for (place, citation) in citations.enumerated() {
      let title = Set(TextTerms.keys(citation.chunk.title + " " + citation.chunk.names))
      for (number, text) in Sentences.of(citation.chunk.content).enumerated() {
        let score = score(text, title, query) / (1 + 0.35 * Double(place))
        scored.append((score, place * 100 + number, AnswerSentence(text: text, citations: [citation.number])))
      }
    }
    let best = scored.map(\.score).max() ?? 0
    guard best > 0 else { return Array(scored.prefix(2).map(\.sentence)) }
    var taken: [Int: Int] = [:]
    var said: Set<String> = []
    let chosen = scored.filter { $0.score >= best * 0.55 }
      .sorted { $0.score > $1.score || ($0.score == $1.score && $0.order < $1.order) }
      .filter { item in
        let source = item.sentence.citations.first ?? 0
        guard taken[source, default: 0] < Self.ofOne, said.insert(item.sentence.text).inserted else { return false }
        taken[source, default: 0] += 1
        return true
      }
    return chosen.prefix(Self.most).map(\.sentence)
  }

  /// How much of the question a sentence has; words that its title has already count a third.
  private func score(_ text: String, _ title: Set<UInt32>, _ query: QueryTerms) -> Double {
    let words = TextTerms.keys(text)
    let own = Set(words)
    var score = 0.0
    for term in query.terms {
      let here = term.meanings.filter { own.contains($0.key) }.map(\.likeness).max() ?? 0
      let above = term.meanings.filter { title.contains($0.key) }.map(\.likeness).max() ?? 0
      score += term.weight * (above > 0 ? max(here, above) * 0.34 : here)
    }
    // A sentence of two words says little.
    return words.count < 3 ? score * 0.5 : score
  }
}
