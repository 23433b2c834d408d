/// Finds next steps in what was said, by rules alone: the same words, day and facts always give the same steps.
public struct NextStepFinder: Sendable {
  private let today: StepDay
  private let facts: DealFacts
  /// Longer recordings are read up to here.
  private static let mostWords = 20_000
  private static let mostSteps = 24

  /// - Parameters:
  ///   - today: the day of the recording, from which days are counted.
  ///   - facts: what the CRM holds already; what equals it is no step.
  public init(today: StepDay, facts: DealFacts = DealFacts()) {
    self.today = today
    self.facts = facts
  }

  /// Steps in the order in which they were said, at most 24.
  public func find(_ words: [SaidWord]) -> [NextStep] {
    let words = Array(words.prefix(Self.mostWords))
    var steps: [NextStep] = []
    for tokens in SpokenSentences.make(words) {
      let found = actions(tokens, words) + amounts(tokens, words) + stages(tokens, words) + names(tokens, words)
      for step in found.sorted(by: { $0.word < $1.word }) where !steps.contains(where: { repeats($0, step) }) {
        steps.append(step)
      }
    }
    return Array(steps.prefix(Self.mostSteps))
  }

  /// Steps in a text without times.
  public func find(_ text: String) -> [NextStep] { find(SaidWord.words(of: text)) }

  private func repeats(_ one: NextStep, _ other: NextStep) -> Bool {
    guard one.kind == other.kind else { return false }
    switch one.kind {
    case .task, .followUp: return one.action == other.action && one.day == other.day
    case .amount, .stage: return one.new == other.new
    case .name: return one.new.lowercased() == other.new.lowercased()
    }
  }

  private func actions(_ tokens: [SpokenToken], _ words: [SaidWord]) -> [NextStep] {
    ActionRule(today: today, facts: facts).find(tokens).map { found in
      let due = found.day.map { $0.short(beside: today) }
      let new = [found.action, due.map { (found.kind == .task ? "by " : "") + $0 }].compactMap(\.self)
      return NextStep(
        kind: found.kind, old: found.kind == .followUp ? facts.followUp.map { $0.short(beside: today) } : nil,
        new: new.joined(separator: ", "), action: found.action, day: found.day,
        quote: quote(tokens, found.place, found.end), word: tokens[found.place].word,
        seconds: words[tokens[found.place].word].start)
    }
  }

  private func amounts(_ tokens: [SpokenToken], _ words: [SaidWord]) -> [NextStep] {
    AmountRule().find(tokens).filter { $0.cents != facts.value }.map { found in
      NextStep(
        kind: .amount, old: facts.value.map(Dollars.text), new: Dollars.text(found.cents), cents: found.cents,
        quote: quote(tokens, found.place, toPause(tokens, found.end)), word: tokens[found.place].word,
        seconds: words[tokens[found.place].word].start)
    }
  }

  private func stages(_ tokens: [SpokenToken], _ words: [SaidWord]) -> [NextStep] {
    StageRule(facts: facts).find(tokens).filter { $0.stage != facts.stage }.map { found in
      NextStep(
        kind: .stage, old: facts.stage, new: found.stage,
        quote: quote(tokens, max(0, found.place - 1), found.end), word: tokens[found.place].word,
        seconds: words[tokens[found.place].word].start)
    }
  }

  private func names(_ tokens: [SpokenToken], _ words: [SaidWord]) -> [NextStep] {
    NameRule(facts: facts).find(tokens).map { found in
      let sure = tokens[found.nameStart..<found.nameEnd].compactMap { words[$0.word].confidence }.min()
      return NextStep(
        kind: .name, new: found.name, role: found.role, quote: quote(tokens, found.place, found.end),
        word: tokens[found.place].word, seconds: words[tokens[found.place].word].start, confidence: sure)
    }
  }

  /// The sum's own condition belongs to it: "if we start before June".
  private func toPause(_ tokens: [SpokenToken], _ end: Int) -> Int {
    (end..<min(tokens.count, end + 8)).first { tokens[$0 - 1].pauses } ?? min(tokens.count, end + 8)
  }

  /// The words as heard, cut where they are many.
  private func quote(_ tokens: [SpokenToken], _ start: Int, _ end: Int) -> String {
    let end = min(end, tokens.count)
    let slice = Array(tokens[start..<max(start, end)])
    guard slice.count > 18 else { return bare(slice) }
    return bare(Array(slice.prefix(9))) + " … " + bare(Array(slice.suffix(7)))
  }

  private func bare(_ tokens: [SpokenToken]) -> String {
    var text = ""
    for (index, token) in tokens.enumerated() {
      text += index == 0 ? "" : tokens[index - 1].word == token.word ? "-" : " "
      text += token.surface + (token.pauses && index < tokens.count - 1 ? "," : "")
    }
    return text
  }
}

/// Cents as people write dollars: `$18,400`, `$9.50`.
public enum Dollars {
  public static func text(_ cents: Int) -> String {
    let whole = cents.magnitude / 100
    var digits = String(whole)
    var grouped = ""
    while digits.count > 3 {
      grouped = "," + digits.suffix(3) + grouped
      digits.removeLast(3)
    }
    let part = cents.magnitude % 100
    let tail = part == 0 ? "" : "." + (part < 10 ? "0" : "") + String(part)
    return (cents < 0 ? "−$" : "$") + digits + grouped + tail
  }
}
