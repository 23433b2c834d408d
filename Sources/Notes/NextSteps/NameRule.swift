/// Names that the CRM may not know: who else decides, who else bids, which other site there is.
struct NameRule {
  let facts: DealFacts

  struct Found {
    let role: NextStep.Role
    let name: String
    let place: Int
    let end: Int
    let nameStart: Int
    let nameEnd: Int
  }

  /// A name follows at once.
  private static let before: [(NextStep.Role, [Phrase])] = [
    (
      .competitor,
      [
        "other|competing|second|another|lower|cheaper|rival quote|bid|price|offer|estimate is|was|came? from",
        "quote|bid|offer|estimate from", "competitor|competitors|competition is|are|named|called",
        "competing with|against",
        "also|still talking|speaking to|with", "up against", "went with", "going with", "lost ..3 to",
        "they|she|he currently|already? use|uses", "guy|guys|rep|man|woman|people|crew|truck|someone from",
        "compare|compares|compared us to|with", "bidding against", "happy|loyal with|to",
        "stay|staying|stick|sticking with",
      ].map { Phrase($0) }
    ),
    (
      .contact,
      [
        "\(roles) is|was|named|called|now", "\(roles) is now", "\(roles) over|up there is now?", "\(roles)",
        "ask for", "talk|speak to|with", "his|her|their name is", "reports to", "replaced by",
      ].map { Phrase($0) }
    ),
    (
      .account,
      [
        "sister|other|second|another property|site|building|account|community is|called|named?",
        "place|site|property called",
        "also? owns|manages|runs", "also own|manage|run",
      ].map { Phrase($0) }
    ),
  ]
  /// A name stands before.
  private static let after: [(NextStep.Role, [Phrase])] = [
    (
      .competitor,
      ["came in|back at|with", "quoted|underbid|undercut|outbid", "is|are bidding|competing"].map { Phrase($0) }
    ),
    (
      .contact,
      [
        "is the|their|our new? ..1 \(roles)", "she|he is|'s the|their|our new? ..1 \(roles)",
        "she's|he's the|their|our new? ..1 \(roles)", "signs|approves|decides", "took over", "is taking over",
      ].map { Phrase($0) }
    ),
  ]
  private static let roles =
    "manager|contact|treasurer|president|owner|super|superintendent|engineer|architect|accountant|bookkeeper|buyer"
    + "|maker|chair|chairman|chairwoman|director|assistant|secretary|foreman|supervisor|coordinator|principal|landlord"
  private static let titles: Set<String> = ["mr", "mrs", "ms", "dr", "miss"]
  /// Capitals that are no names.
  private static let plain: Set<String> = [
    "i", "i'll", "i'd", "i'm", "i've", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "the", "she", "he", "they", "we", "it", "us", "our", "ok", "hoa", "crm", "dollars", "english",
  ]

  func find(_ tokens: [SpokenToken]) -> [Found] {
    var found: [Found] = []
    for place in tokens.indices {
      for (role, phrases) in Self.before {
        for end in phrases.compactMap({ $0.end(tokens, at: place) }) {
          guard let span = name(tokens, end), let name = fresh(tokens, span) else { continue }
          found.append(
            Found(
              role: role, name: name, place: place, end: span.upperBound, nameStart: span.lowerBound,
              nameEnd: span.upperBound))
        }
      }
      found += namedFirst(tokens, place)
    }
    return found
  }

  private func namedFirst(_ tokens: [SpokenToken], _ place: Int) -> [Found] {
    guard place == 0 || !isName(tokens, place - 1), let span = name(tokens, place), let name = fresh(tokens, span)
    else {
      return []
    }
    return Self.after.compactMap { role, phrases in
      guard let end = phrases.compactMap({ $0.end(tokens, at: span.upperBound) }).max() else { return nil }
      return Found(
        role: role, name: name, place: place, end: end, nameStart: span.lowerBound, nameEnd: span.upperBound)
    }
  }

  private func isName(_ tokens: [SpokenToken], _ place: Int) -> Bool {
    tokens[place].isCapital && !Self.plain.contains(tokens[place].lower)
  }

  /// One to four capitals in a row, a title before them left out.
  private func name(_ tokens: [SpokenToken], _ place: Int) -> Range<Int>? {
    var start = place
    if start < tokens.count, Self.titles.contains(tokens[start].lower) { start += 1 }
    var end = start
    while end < tokens.count, end - start < 4, isName(tokens, end) {
      end += 1
      if tokens[end - 1].pauses || tokens[end - 1].endsSentence { break }
    }
    return end > start ? start..<end : nil
  }

  /// The name where it is news.
  private func fresh(_ tokens: [SpokenToken], _ span: Range<Int>) -> String? {
    let name = tokens[span].map(\.surface).joined(separator: " ")
    let known = facts.knownNames.map { $0.lowercased() }
    let lower = name.lowercased()
    return known.contains { $0 == lower || $0.hasPrefix(lower + " ") || $0.hasSuffix(" " + lower) } ? nil : name
  }
}
