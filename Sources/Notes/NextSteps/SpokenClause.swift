/// A part of a sentence that says one thing, by the places of its tokens.
struct SpokenClause {
  let start: Int
  let end: Int
}

/// Cuts a sentence where another thing begins to be said, so that "send the quote by Friday and call her Monday" are two.
enum SpokenClauses {
  private static let joints: Set<String> = ["and", "then", "so", "but", "also"]
  private static let subjects: Set<String> = [
    "i", "i'll", "i'd", "i've", "i'm", "we", "we'll", "we'd", "we've", "we're", "she", "she'll", "she'd", "she's", "he",
    "he'll", "he'd", "he's", "they", "they'll", "they'd", "they're", "let's",
  ]

  static func make(_ tokens: [SpokenToken]) -> [SpokenClause] {
    var starts = [0]
    for place in tokens.indices.dropFirst() {
      let before = tokens[place - 1]
      guard before.pauses || joints.contains(before.lower), opens(tokens, place) else { continue }
      starts.append(place)
    }
    let pieces = zip(starts, starts.dropFirst() + [tokens.count]).map { SpokenClause(start: $0, end: $1) }
    return joined(tokens, pieces)
  }

  private static func opens(_ tokens: [SpokenToken], _ place: Int) -> Bool {
    let word = tokens[place].lower
    return subjects.contains(word) || ActionWords.imperatives.contains(word)
      || ActionWords.own.contains { $0.end(tokens, at: place) != nil }
      || ActionWords.contacting.contains { $0.end(tokens, at: place) != nil }
  }

  /// A piece that asks for nothing belongs to the one after it: "On Friday, I'll send it".
  private static func joined(_ tokens: [SpokenToken], _ pieces: [SpokenClause]) -> [SpokenClause] {
    var clauses: [SpokenClause] = []
    var waiting: Int?
    for piece in pieces {
      let start = waiting ?? piece.start
      if piece.end - piece.start <= 4, piece.end < tokens.count, !asks(tokens, piece) {
        waiting = start
        continue
      }
      clauses.append(SpokenClause(start: start, end: piece.end))
      waiting = nil
    }
    if let waiting { clauses.append(SpokenClause(start: waiting, end: tokens.count)) }
    return clauses
  }

  private static func asks(_ tokens: [SpokenToken], _ clause: SpokenClause) -> Bool {
    (clause.start..<clause.end).contains { place in
      subjects.contains(tokens[place].lower)
        || (place == clause.start && ActionWords.imperatives.contains(tokens[place].lower))
        || ActionWords.contacting.contains { $0.end(tokens, at: place) != nil }
    }
  }
}

/// The words with which people take on work, ask for it, and mean to be in touch.
enum ActionWords {
  /// Taken on so firmly that it is a task without a day.
  static let firm = [
    "i|we need to", "i|we have to", "i|we must", "i've|we've got to", "i|we gotta", "remind me to",
    "set a reminder to", "don't forget to", "i|we promised ..1 to", "i'm|we're supposed to", "i|we owe her|him|them",
    "i|we need",
  ].map { Phrase($0) }
  /// Taken on, where a day is named.
  static let loose = [
    "i'll|we'll", "i|we will", "i|we should", "i'm|we're going to", "i|we want to", "make sure to|that?", "let's",
    "let me", "i|we can", "i'd|we'd like to", "i|we told ..2 i'd|i'll|we'd|we'll", "i|we said i'd|i'll",
    "can|could you", "i|we plan to", "i|we agreed to",
  ].map { Phrase($0) }
  static let own = firm + loose

  /// What must be done, by whomever, where a day is named: what it is stands before.
  static let passive = ["needs|need|has|have to be|go"].map { Phrase($0) }

  /// What the customer asks of us, where a day is named.
  static let requests = [
    "wants|want|needs|expects|expect", "she|he|they|client|customer|board|owner|manager need",
    "she'd|he'd|they'd like", "she|he|they would like", "asked|asks for",
    "asked|asks|wants|want|needs|need|told us|me to", "said|says to?",
  ].map { Phrase($0) }

  static let imperatives: Set<String> = [
    "send", "get", "order", "book", "schedule", "bring", "check", "prepare", "price", "quote", "invoice", "draft",
    "email", "mail", "file", "tell", "ask", "confirm", "print", "deliver", "measure", "give", "return", "fix",
    "replace", "write", "finish", "arrange", "submit", "upload", "share", "forward", "renew", "inspect", "pick", "drop",
    "set", "put", "call", "ring", "phone", "follow", "circle", "touch", "meet", "visit", "stop", "swing", "come",
    "reach",
    "walk", "talk", "text", "remind", "don't", "push", "move", "clean", "install", "cancel", "buy", "have", "make",
  ]

  static let contacting = [
    "call|ring|phone|text", "check back|in", "follow up", "circle back", "touch base", "get back to", "reach out",
    "talk|speak|meet again", "talk|speak to|with", "meet", "visit", "stop|come|swing|drop by", "come back",
    "see ..2 again",
    "catch up", "be back", "go back", "give her|him|them a call|ring", "revisit", "call|ring|phone me|us back",
  ].map { Phrase($0) }

  /// Words that turn what follows into its opposite.
  static let negations: Set<String> = [
    "no", "not", "don't", "doesn't", "didn't", "won't", "wouldn't", "nobody", "never", "nothing", "cannot", "can't",
    "none", "isn't", "aren't", "wasn't", "shouldn't", "needn't", "hardly", "nearly", "almost",
  ]
}
