/// A deal comes into another stage of the CRM's list.
struct StageRule {
  let facts: DealFacts

  struct Found {
    let stage: String
    let place: Int
    let end: Int
  }

  /// Each stage with the ways to say that a deal comes into it.
  private let patterns: [(stage: String, phrases: [Phrase])]

  init(facts: DealFacts) {
    self.facts = facts
    patterns = facts.stages.map { stage in
      let ways = Self.isEnd(stage) ? Self.moves + Self.became : Self.moves
      return (stage, ways.map { Phrase("\($0) \(stage.lowercased())") })
    }
  }

  private static let moves = [
    "move|push|bump|take|put|set|change|update|advance|get|bring ..4 to|in|into|as|at the?",
    "mark|flag|close|log|call ..3 as?", "stage is|to|should|now be? at?", "is|it's|they're|we're now in the?",
    "now in the?",
  ]
  /// "this one is won", where the stage's name is what became of it.
  private static let became = [
    "this one|deal? is|was now?", "the|that deal|job|one is|was now?", "it's|it is now?", "consider it|this",
  ]
  private static let lost = [
    "we|i lost this|it|them|the|that one|deal|job|account?", "they|she|he went with",
  ].map { Phrase($0) }
  private static let won = ["we|i won this|it|them|the|that one|deal|job|account?"].map { Phrase($0) }

  func find(_ tokens: [SpokenToken]) -> [Found] {
    if tokens.last?.endsQuestion == true { return [] }
    return tokens.indices.compactMap { place in
      named(tokens, place) ?? outcome(tokens, place)
    }
  }

  private func named(_ tokens: [SpokenToken], _ place: Int) -> Found? {
    for (stage, phrases) in patterns {
      guard let end = phrases.lazy.compactMap({ $0.end(tokens, at: place) }).first, !isDenied(tokens, place, end) else {
        continue
      }
      return Found(stage: stage, place: place, end: end)
    }
    return nil
  }

  private static func isEnd(_ stage: String) -> Bool {
    ["won", "lost", "closed won", "closed lost"].contains(stage.lowercased())
  }

  /// "we lost this one to …" names no stage, and means one.
  private func outcome(_ tokens: [SpokenToken], _ place: Int) -> Found? {
    for (word, phrases) in [("lost", Self.lost), ("won", Self.won)] {
      guard let stage = facts.stages.first(where: { $0.lowercased() == word }),
        let end = phrases.compactMap({ $0.end(tokens, at: place) }).max(), !isDenied(tokens, place, end)
      else { continue }
      return Found(stage: stage, place: place, end: end)
    }
    return nil
  }

  /// "as good as won", "not won yet", "lost in the flood", "if we move it".
  private func isDenied(_ tokens: [SpokenToken], _ start: Int, _ end: Int) -> Bool {
    let lead = tokens[max(0, start - 3)..<end].map(\.lower)
    if lead.contains(where: { ActionWords.negations.contains($0) || ["if", "when", "until", "unless"].contains($0) }) {
      return true
    }
    let next = end < tokens.count && tokens[end - 1].pauses == false ? tokens[end].lower : ""
    return ["in", "at", "and", "track"].contains(next) && tokens[end - 1].lower == "lost"
  }
}
