import Domain

/// Which words of a question name things, which say what is done, and which it asks for: told by the small words between
/// them. Who asks in other words than the references do mostly says otherwise what is done; a thing that is nowhere in
/// them is another matter.
struct QuestionGrammar {
  struct Part: Equatable {
    /// Whether a word says what is done, or only joins others: that it is missing tells little.
    let isLight: Bool
    /// Whether it is what 'which', 'what' or 'how many' ask for.
    let isAsked: Bool
  }

  let parts: [Part]

  init(_ words: [NamedWord]) {
    let texts = words.map(\.text)
    let asked = Self.asked(texts)
    var (isDeed, parts) = (false, [Part]())
    for (place, word) in words.enumerated() {
      let next = place + 1 < texts.count ? texts[place + 1] : ""
      let isJoining = Self.isJoining(texts[place])
      let isLight =
        isJoining || word.name == nil && (isDeed || Self.isDeed(texts, place, next)) || texts[place] == "time" && place == 1
      parts.append(Part(isLight: isLight, isAsked: asked.contains(place)))
      if Self.doers.contains(texts[place]) {
        isDeed = true
      } else if texts[place] == "to" {
        isDeed = !Self.links.contains(next)
      } else if !Self.between.contains(texts[place]) {
        isDeed = false
      }
    }
    self.parts = parts
  }

  /// `farms out its …`, `marking the …`, `designs our …`: a word before one that begins what it is done to.
  private static func isDeed(_ texts: [String], _ place: Int, _ next: String) -> Bool {
    let text = texts[place]
    if after.contains(next) { return true }
    if text.hasSuffix("ing"), links.contains(next) || doers.contains(next) { return true }
    guard place > 0, text.hasSuffix("s"), !text.hasSuffix("ss"), next != "of", links.contains(next) else { return false }
    return !links.contains(texts[place - 1]) && !helpers.contains(texts[place - 1])
  }

  /// The words behind 'which', 'what', 'what is the' and 'how many', up to the next small word.
  private static func asked(_ texts: [String]) -> Range<Int> {
    var place = texts.first.map(links.contains) == true && !asking.contains(texts[0]) ? 1 : 0
    let rest = Array(texts.dropFirst(place).prefix(3))
    if rest.starts(with: ["what", "time"]) { return 0..<0 }
    if rest.first == "what", rest.count == 3, ["is", "are", "was", "were"].contains(rest[1]) {
      guard ["the", "our", "my"].contains(rest[2]) else { return 0..<0 }
      place += 3
    } else if let first = rest.first, asking.contains(first) {
      place += 1
    } else if rest.starts(with: ["how", "many"]) {
      place += 2
    } else {
      return 0..<0
    }
    return place..<(texts[place...].firstIndex { isJoining($0) || WordGroups.empty.contains($0) } ?? texts.count)
  }

  private static func isJoining(_ text: String) -> Bool {
    doers.contains(text) || links.contains(text) || helpers.contains(text) || between.contains(text)
  }

  private static let asking: Set<String> = ["which", "what", "whose"]
  private static let doers = set(
    "i we you they he she it who that nobody somebody someone anybody everybody everyone")
  /// What stands before a thing.
  private static let links = set(
    """
    a an the my our your their his her its this these those any some no of for in on at by with from about against into \
    near between under over after before during per each every another much many more less which what whose and or as \
    than behind without
    """)
  private static let helpers = set(
    "do does did is are was were can could may might should shall will would must have has had be been need needs")
  private static let after: Set<String> = ["up", "out", "off", "down", "back", "away"]
  /// May stand between who does something and what is done.
  private static let between = set(
    "never ever already always still not just really again together around up out off down back away")

  private static func set(_ words: String) -> Set<String> { Set(words.split(separator: " ").map(String.init)) }
}
