/// Numbers as people say them.
enum NumberWords {
  static let units: [String: Int] = [
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
  ]
  static let tens: [String: Int] = [
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
  ]
  private static let ordinals: [String: Int] = [
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15,
    "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
  ]
  private static let scales: [String: Int] = ["thousand": 1_000, "grand": 1_000, "million": 1_000_000]

  static func isPart(_ word: String) -> Bool {
    units[word] != nil || tens[word] != nil || ordinals[word] != nil || scales[word] != nil || word == "hundred"
  }

  /// A whole number at a place, said or written.
  static func cardinal(_ tokens: [SpokenToken], at place: Int) -> (value: Int, end: Int)? {
    var reader = CardinalReader()
    var index = place
    while index < tokens.count, index - place < 12 {
      guard let step = reader.take(tokens, index) else { break }
      index = step
      if tokens[index - 1].pauses || tokens[index - 1].endsSentence { break }
    }
    return reader.value.map { ($0, index) }
  }

  /// "twenty second", "22nd", "thirtieth": 1 to 31.
  static func ordinal(_ tokens: [SpokenToken], at place: Int) -> (value: Int, end: Int)? {
    guard place < tokens.count else { return nil }
    let word = tokens[place].lower
    if let value = ordinals[word] { return (value, place + 1) }
    if let ten = tens[word], ten <= 30, place + 1 < tokens.count, let unit = ordinals[tokens[place + 1].lower],
      unit < 10, ten + unit <= 31
    {
      return (ten + unit, place + 2)
    }
    guard ["st", "nd", "rd", "th"].contains(word.suffix(2)), let value = Int(word.dropLast(2)),
      (1...31).contains(value)
    else { return nil }
    return (value, place + 1)
  }

  /// Reads one number word after the other, as far as they make one number.
  struct CardinalReader {
    private enum Last { case nothing, unit, ten, hundred, scale, digits }
    private var total = 0
    private var current = 0
    private var last = Last.nothing

    var value: Int? { last == .nothing ? nil : total + current }

    /// - Returns: the place after what was taken, nil where the number ends before this place.
    mutating func take(_ tokens: [SpokenToken], _ place: Int) -> Int? {
      let word = tokens[place].lower
      let next = place + 1 < tokens.count ? tokens[place + 1].lower : ""
      if let unit = NumberWords.units[word] { return add(unit: unit) ? place + 1 : nil }
      if let ten = NumberWords.tens[word] { return add(ten: ten) ? place + 1 : nil }
      if word == "hundred" { return addHundred() ? place + 1 : nil }
      if let scale = NumberWords.scales[word] { return add(scale: scale) ? place + 1 : nil }
      if last == .nothing, let digits = Self.digits(word) {
        current = digits
        last = .digits
        return place + 1
      }
      if last == .nothing, word == "a", next == "hundred" || NumberWords.scales[next] != nil {
        current = 1
        last = .unit
        return place + 1
      }
      let goesOn = NumberWords.units[next] != nil || NumberWords.tens[next] != nil
      return word == "and" && (last == .hundred || last == .scale) && goesOn ? place + 1 : nil
    }

    private mutating func add(unit: Int) -> Bool {
      switch last {
      case .nothing: current = unit
      case .ten where unit >= 1 && unit <= 9, .hundred, .scale: current += unit
      default: return false
      }
      last = .unit
      return true
    }

    private mutating func add(ten: Int) -> Bool {
      switch last {
      case .nothing: current = ten
      case .hundred, .scale: current += ten
      // "three thousand one fifty"
      case .unit where total > 0 && (1...9).contains(current): current = current * 100 + ten
      default: return false
      }
      last = .ten
      return true
    }

    private mutating func addHundred() -> Bool {
      guard (1...99).contains(current), last == .unit || last == .ten || last == .digits else { return false }
      current *= 100
      last = .hundred
      return true
    }

    private mutating func add(scale: Int) -> Bool {
      guard (1...999).contains(current), last != .scale, total == 0 || scale < 1_000_000 && total >= 1_000_000 else {
        return false
      }
      total += current * scale
      current = 0
      last = .scale
      return true
    }

    private static func digits(_ word: String) -> Int? {
      let bare = word.replacing(",", with: "")
      guard (1...7).contains(bare.count), bare.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
      return Int(bare)
    }
  }
}

/// Amounts of money as people say them: "nineteen five" is $19,500, "six fifty" $650.
enum SpokenMoney {
  struct Amount {
    let cents: Int
    let end: Int
  }

  /// Words that make the number before them something else than money.
  private static let measures: Set<String> = [
    "feet", "foot", "ft", "square", "percent", "bags", "pallets", "units", "unit", "days", "day", "weeks", "week",
    "months", "month", "years", "year", "minutes", "hours", "hour", "gallons", "spaces", "visits", "heads", "crews",
    "degrees", "cents", "inches", "yards", "tons", "doors", "buildings", "people", "trucks", "o'clock", "am", "pm",
    "times", "miles", "pounds", "trees", "homes", "doors", "tenants", "stops", "rooms", "zones", "lower", "higher",
    "less", "more", "cheaper", "acres", "a.m", "p.m", "per",
  ]
  /// Words that make the number after them a name of something.
  private static let labels: Set<String> = [
    "building", "unit", "zone", "suite", "room", "gate", "code", "floor", "route", "number", "lot", "phase", "door",
    "over", "under", "apartment", "section",
  ]

  /// The amount that begins at a place, nil where the number there is none.
  static func amount(_ tokens: [SpokenToken], at place: Int) -> Amount? {
    if place > 0, labels.contains(tokens[place - 1].lower) { return nil }
    guard let found = written(tokens, place) ?? spoken(tokens, place) else { return nil }
    guard found.end < tokens.count, !breaks(tokens[found.end - 1]) else { return found }
    let next = tokens[found.end].lower
    if ["dollars", "bucks"].contains(next) { return Amount(cents: found.cents, end: found.end + 1) }
    return measures.contains(next) || NumberWords.isPart(next) ? nil : found
  }

  private static func breaks(_ token: SpokenToken) -> Bool { token.pauses || token.endsSentence }

  /// "$7,250", "$21k", "21k", "$1.2 million".
  private static func written(_ tokens: [SpokenToken], _ place: Int) -> Amount? {
    var text = tokens[place].lower[...]
    let hasSign = text.hasPrefix("$")
    if hasSign { text.removeFirst() }
    let isThousands = text.hasSuffix("k")
    if isThousands { text.removeLast() }
    guard hasSign || isThousands, text.count <= 12, let number = decimalCents(String(text.replacing(",", with: "")))
    else {
      return nil
    }
    if isThousands { return Amount(cents: number * 1_000, end: place + 1) }
    let next = place + 1 < tokens.count ? tokens[place + 1].lower : ""
    let scale = ["thousand": 1_000, "grand": 1_000, "million": 1_000_000][next]
    return Amount(cents: number * (scale ?? 1), end: place + (scale == nil ? 1 : 2))
  }

  private static func decimalCents(_ text: String) -> Int? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = parts.first, let whole = Int(first), whole >= 0, whole < 1_000_000_000, parts.count <= 2 else {
      return nil
    }
    guard parts.count == 2 else { return whole * 100 }
    guard (1...2).contains(parts[1].count), let part = Int(parts[1]), part >= 0 else { return nil }
    return whole * 100 + (parts[1].count == 1 ? part * 10 : part)
  }

  private static func spoken(_ tokens: [SpokenToken], _ place: Int) -> Amount? {
    guard let first = NumberWords.cardinal(tokens, at: place) else { return nil }
    if first.value >= 100 { return Amount(cents: first.value * 100, end: first.end) }
    guard first.value >= 1, !breaks(tokens[first.end - 1]),
      let second = NumberWords.cardinal(tokens, at: first.end)
    else { return halfThousand(tokens, first) }
    switch second.value {
    case 1...9:
      // "eighteen four fifty" has the tens of the hundreds, too.
      if !breaks(tokens[second.end - 1]), let third = NumberWords.cardinal(tokens, at: second.end),
        (10...99).contains(third.value)
      {
        return Amount(cents: (first.value * 1_000 + second.value * 100 + third.value) * 100, end: third.end)
      }
      return Amount(cents: (first.value * 1_000 + second.value * 100) * 100, end: second.end)
    case 10...99: return Amount(cents: (first.value * 100 + second.value) * 100, end: second.end)
    case 100...999: return Amount(cents: (first.value * 1_000 + second.value) * 100, end: second.end)
    default: return nil
    }
  }

  /// "two and a half thousand", "twelve dollars".
  private static func halfThousand(_ tokens: [SpokenToken], _ found: (value: Int, end: Int)) -> Amount? {
    guard let end = Phrase("and a half thousand|grand").end(tokens, at: found.end) else { return nil }
    return Amount(cents: (found.value * 1_000 + 500) * 100, end: end)
  }
}
