/// What the deal is worth now: a sum that the customer named as a budget or agreed to.
struct AmountRule {
  struct Found {
    let cents: Int
    let place: Int
    let end: Int
  }

  /// A sum follows within a few words.
  private static let before = [
    "budget is|was|of|around|about|to", "budget", "can|could|would spend",
    "willing|happy|ready|able|glad to spend|pay|go up? to?", "spend up to",
    "approved|authorized|authorised", "signed|sign ..2 for|at", "accepted|accepts|took ..3 at|for", "agreed to|on|at",
    "settled on|at", "said yes to",
    "deal|value|contract|job|project|order is|at|to|for|goes|should|could|would", "put it|this|them|the at",
    "put the deal|value at", "raise|bump|lower|drop|update|change|set|increase ..3 to", "value|total ..6 comes to",
    "total is|of", "worth", "take ..3 for", "goes|go|went up to", "cap is|of", "closed at", "ceiling is|of",
    "limit is|of",
  ].map { Phrase($0) }
  /// A sum stands before.
  private static let after = [
    "is|was|sounds|works fine|good|okay|ok|great", "works for her|him|them", "is the|her|his|their budget|number|cap",
  ].map { Phrase($0) }
  /// Somebody else's sums, old ones, and parts of a price.
  private static let others: Set<String> = [
    "other", "bid", "bids", "competitor", "competing", "paid", "cost", "costs", "last", "used", "cheaper", "was",
    "everything", "charged", "invoice", "invoiced",
  ]
  private static let reach = 6

  func find(_ tokens: [SpokenToken]) -> [Found] {
    if tokens.last?.endsQuestion == true { return [] }
    for place in tokens.indices {
      guard let amount = SpokenMoney.amount(tokens, at: place), !continuesNumber(tokens, place) else { continue }
      if isTime(tokens, place, amount.cents) { continue }
      guard let cue = cue(tokens, place, amount.end), !isDenied(tokens, cue, place) else { continue }
      return [Found(cents: amount.cents, place: min(cue, place), end: amount.end)]
    }
    return []
  }

  /// "at ten thirty" where somebody meets.
  private func isTime(_ tokens: [SpokenToken], _ place: Int, _ cents: Int) -> Bool {
    let dollars = cents / 100
    return place > 0 && tokens[place - 1].lower == "at" && (100...1_259).contains(dollars) && dollars % 100 < 60
      && !tokens[place].lower.hasPrefix("$")
  }

  /// A number is read from its first word only.
  private func continuesNumber(_ tokens: [SpokenToken], _ place: Int) -> Bool {
    guard place > 0, !tokens[place - 1].pauses else { return false }
    return NumberWords.isPart(tokens[place - 1].lower) || tokens[place - 1].lower == "oh"
  }

  private func cue(_ tokens: [SpokenToken], _ place: Int, _ end: Int) -> Int? {
    for start in max(0, place - Self.reach - 4)..<max(0, place) {
      let ends = Self.before.compactMap { $0.end(tokens, at: start, limit: place) }
      if let cue = ends.max(), place - cue <= Self.reach, !crosses(tokens, cue, place) { return start }
    }
    return Self.after.contains { $0.end(tokens, at: end) != nil } ? place : nil
  }

  /// A comma between the cue and the sum makes it a sum of something else.
  private func crosses(_ tokens: [SpokenToken], _ cue: Int, _ place: Int) -> Bool {
    cue < place && tokens[cue..<place].contains { $0.pauses }
  }

  private func isDenied(_ tokens: [SpokenToken], _ cue: Int, _ place: Int) -> Bool {
    let lead = tokens[max(0, min(cue, place) - 3)..<place].map(\.lower)
    return lead.contains { ActionWords.negations.contains($0) || $0 == "if" }
      || tokens[..<place].contains { Self.others.contains($0.lower) }
  }
}
