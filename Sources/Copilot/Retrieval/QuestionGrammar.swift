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
    let (texts, lights) = (words.map(\.text), Self.lights(words))
    let asked = Self.asked(texts).prefix { !lights[$0] && !WordGroups.empty.contains(texts[$0]) }
    parts = texts.indices.map { Part(isLight: lights[$0], isAsked: asked.contains($0)) }
  }

  private static func lights(_ words: [NamedWord]) -> [Bool] {
    let last = lastDeed(words)
    var isDeed = false
    return words.indices.map { place in
      let text = words[place].text
      defer {
        if doers.contains(text) {
          isDeed = true
        } else if text == "to" {
          isDeed = place + 1 < words.count && !links.contains(words[place + 1].text)
        } else if !between.contains(text) {
          isDeed = false
        }
      }
      if isJoining(text) || text == "time" && place == 1 { return true }
      return words[place].name == nil && (isDeed || place == last || Self.isDeed(words, place))
    }
  }

  /// `What does the greenhouse charge for …`: what it is done to stands in front, so that what is done comes last.
  private static func lastDeed(_ words: [NamedWord]) -> Int? {
    let texts = words.map(\.text)
    guard texts.prefix(2).contains(where: { asking.contains($0) || ["how", "when", "where"].contains($0) }),
      let helper = texts.firstIndex(where: { ["do", "does", "did"].contains($0) })
    else { return nil }
    var start = helper + 1
    if start < texts.count, links.contains(texts[start]) { start += 1 }
    let end = texts[start...].firstIndex { isJoining($0) || $0 == "to" } ?? texts.count
    return end - start >= 2 ? end - 1 : nil
  }

  /// `farms out its …`, `marking the …`, `covers Ohio`: a word before one that begins what it is done to.
  private static func isDeed(_ words: [NamedWord], _ place: Int) -> Bool {
    guard place + 1 < words.count else { return false }
    let (text, next) = (words[place].text, words[place + 1].text)
    if after.contains(next) { return true }
    if text.hasSuffix("ing"), links.contains(next) || doers.contains(next) { return true }
    guard place > 0, text.hasSuffix("s"), !text.hasSuffix("ss") else { return false }
    let before = words[place - 1].text
    return (links.contains(next) && next != "of" || next == "to" || words[place + 1].name != nil)
      && (before == "what" || !links.contains(before) && !helpers.contains(before))
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
    return min(place, texts.count)..<texts.count
  }

  private static func isJoining(_ text: String) -> Bool {
    doers.contains(text) || links.contains(text) || helpers.contains(text) || between.contains(text)
  }

  private static let asking: Set<String> = ["which", "what", "whose"]
  private static let doers = set(
    "i we you they he she it who that nobody somebody someone anybody everybody everyone people")
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
