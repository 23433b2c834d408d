/// Tasks and follow-ups: somebody of ours is to do something, and mostly by a day.
struct ActionRule {
  let today: StepDay
  let facts: DealFacts

  /// What a clause asks for.
  struct Found {
    let kind: NextStep.Kind
    let action: String
    let day: StepDay?
    let place: Int
    let end: Int
  }

  func find(_ tokens: [SpokenToken]) -> [Found] {
    if tokens.last?.endsQuestion == true { return [] }
    return SpokenClauses.make(tokens).compactMap { found(Array(tokens[..<$0.end]), from: $0.start) }
  }

  /// - Parameter tokens: up to the clause's end.
  private func found(_ tokens: [SpokenToken], from start: Int) -> Found? {
    guard let cue = cue(tokens, start), !isDenied(tokens, start, cue) else { return nil }
    let days = DayFinder(today: today).find(tokens).filter { $0.start >= start }
    let day = days.first { $0.start >= cue.action } ?? days.first
    guard day != nil || cue.isFirm else { return nil }
    let contacts = isContact(tokens, cue.action)
    if contacts, day == nil { return nil }
    let action = ActionTitle.make(tokens, from: cue.action, until: day?.start)
    guard !action.isEmpty else { return nil }
    return Found(
      kind: contacts ? .followUp : .task, action: action, day: day?.day, place: cue.start, end: tokens.count)
  }

  private struct Cue {
    let start: Int
    /// Where it begins to say what is to be done.
    let action: Int
    let isFirm: Bool
  }

  private func cue(_ tokens: [SpokenToken], _ start: Int) -> Cue? {
    for place in start..<tokens.count {
      if let end = end(ActionWords.firm, tokens, place) { return Cue(start: place, action: end, isFirm: true) }
      if let end = end(ActionWords.loose, tokens, place) { return Cue(start: place, action: end, isFirm: false) }
      if end(ActionWords.passive, tokens, place) != nil { return Cue(start: start, action: start, isFirm: false) }
      if let cue = request(tokens, place) { return cue }
    }
    let first = firstWord(tokens, start)
    guard first < tokens.count else { return nil }
    if ActionWords.imperatives.contains(tokens[first].lower) || isContact(tokens, first) {
      return Cue(start: first, action: first, isFirm: false)
    }
    // After a day in front: "By Friday send it".
    guard let day = DayFinder(today: today).find(tokens).first(where: { $0.start - first <= 1 && $0.start >= start }),
      day.end < tokens.count, ActionWords.imperatives.contains(tokens[day.end].lower)
    else { return nil }
    return Cue(start: day.end, action: day.end, isFirm: false)
  }

  private func end(_ phrases: [Phrase], _ tokens: [SpokenToken], _ place: Int) -> Int? {
    phrases.compactMap { $0.end(tokens, at: place) }.max()
  }

  /// "wants to think about it" is the customer's own business, "wants us to" is ours.
  private func request(_ tokens: [SpokenToken], _ place: Int) -> Cue? {
    guard let end = end(ActionWords.requests, tokens, place), end < tokens.count else { return nil }
    if tokens[end].lower == "to" || tokens[end].lower == "if" { return nil }
    return Cue(start: place, action: end, isFirm: false)
  }

  private func firstWord(_ tokens: [SpokenToken], _ start: Int) -> Int {
    let fillers: Set<String> = ["so", "then", "and", "please", "also", "ok", "okay", "but", "just", "well", "now"]
    return (start..<tokens.count).first { !fillers.contains(tokens[$0].lower) } ?? tokens.count
  }

  private func isContact(_ tokens: [SpokenToken], _ place: Int) -> Bool {
    let fillers: Set<String> = ["also", "just", "please", "probably", "definitely"]
    let at = place < tokens.count && fillers.contains(tokens[place].lower) ? place + 1 : place
    return ActionWords.contacting.contains { $0.end(tokens, at: at) != nil }
  }

  /// Whether the clause says the contrary, only imagines it, or tells what was.
  private func isDenied(_ tokens: [SpokenToken], _ start: Int, _ cue: Cue) -> Bool {
    let until = min(tokens.count, cue.action + 3)
    for place in start..<until {
      let word = tokens[place].lower
      if ["if", "unless", "whether"].contains(word), place <= cue.start { return true }
      guard ActionWords.negations.contains(word) else { continue }
      if Phrase("don't forget").end(tokens, at: place) != nil { continue }
      return true
    }
    return false
  }
}

/// What a task is called: its words from the verb to the day.
enum ActionTitle {
  private static let longest = 14
  private static let loose: Set<String> = [
    "by", "before", "on", "at", "for", "to", "the", "until", "within", "in", "and", "then", "so", "but", "noon",
    "after",
    "or", "of", "a", "no", "later", "than", "back", "also",
  ]

  static func make(_ tokens: [SpokenToken], from start: Int, until end: Int?) -> String {
    var words = Array(tokens[start..<max(start, end ?? tokens.count)])
    // "before the board meets on Friday": the day is what counts.
    if end != nil, let cut = words.indices.suffix(6).first(where: { ["by", "before"].contains(words[$0].lower) }),
      cut > 0
    {
      words = Array(words[..<cut])
    }
    words = Array(words.prefix(longest))
    while let last = words.last, loose.contains(last.lower), words.count > 1, !keeps(words) { words.removeLast() }
    while let first = words.first, ["a", "an", "the", "also", "just", "to", "that"].contains(first.lower),
      words.count > 1
    {
      words.removeFirst()
    }
    return sentence(words)
  }

  /// "Call back" and "check in" would be cut to "call" and "check".
  private static func keeps(_ words: [SpokenToken]) -> Bool {
    words.count == 2 && ["back", "in", "by"].contains(words[1].lower)
  }

  static func sentence(_ words: [SpokenToken]) -> String {
    var text = ""
    for (index, word) in words.enumerated() {
      let isSameWord = index > 0 && words[index - 1].word == word.word
      text += index == 0 ? "" : isSameWord ? "-" : " "
      text += word.surface
      if word.pauses, index < words.count - 1 { text += "," }
    }
    return text.prefix(1).uppercased() + text.dropFirst()
  }
}
