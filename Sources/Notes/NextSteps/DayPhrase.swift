/// A day that was said, and where.
struct DayPhrase {
  let day: StepDay
  let start: Int
  let end: Int
}

/// Finds the days that a sentence names, as seen from a given day.
struct DayFinder {
  let today: StepDay

  /// Words after which a day is not when something is due.
  private static let pastMarks: Set<String> = ["last", "since", "until", "till", "past", "every", "from"]
  private static let weekdays = [
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
  ]
  private static let months = [
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12,
  ]

  func find(_ tokens: [SpokenToken]) -> [DayPhrase] {
    var found: [DayPhrase] = []
    var place = 0
    while place < tokens.count {
      if let phrase = phrase(tokens, place) {
        if !isPast(tokens, phrase) { found.append(phrase) }
        place = max(phrase.end, place + 1)
      } else {
        place += 1
      }
    }
    return found
  }

  private func isPast(_ tokens: [SpokenToken], _ phrase: DayPhrase) -> Bool {
    if phrase.day < today { return true }
    return phrase.start > 0 && Self.pastMarks.contains(tokens[phrase.start - 1].lower)
  }

  private func phrase(_ tokens: [SpokenToken], _ place: Int) -> DayPhrase? {
    let found =
      fixed(tokens, place) ?? fromNow(tokens, place) ?? edge(tokens, place) ?? weekday(tokens, place)
      ?? month(tokens, place) ?? numeric(tokens, place) ?? dayOfMonth(tokens, place)
    return found.map { DayPhrase(day: $0.day, start: place, end: $0.end) }
  }

  private typealias Found = (day: StepDay, end: Int)

  // MARK: Days told from today

  private func fixed(_ tokens: [SpokenToken], _ place: Int) -> Found? {
    if let end = Phrase("the? day after tomorrow").end(tokens, at: place) { return (today.adding(days: 2), end) }
    if let end = Phrase("tomorrow").end(tokens, at: place) { return (today.adding(days: 1), end) }
    if let end = Phrase("today|tonight").end(tokens, at: place)
      ?? Phrase("this morning|afternoon|evening").end(tokens, at: place)
    {
      return (today, end)
    }
    if let end = Phrase("the? week after next").end(tokens, at: place) { return (today.monday.adding(days: 14), end) }
    if let end = Phrase("next week").end(tokens, at: place) { return (today.monday.adding(days: 7), end) }
    if let end = Phrase("next month").end(tokens, at: place) { return (today.lastOfMonth.adding(days: 1), end) }
    return nil
  }

  /// "in two weeks", "within three days", "a week from Friday", "ten days from now".
  private func fromNow(_ tokens: [SpokenToken], _ place: Int) -> Found? {
    let lead = Phrase("in|within about|around|roughly?").end(tokens, at: place)
    guard let count = count(tokens, lead ?? place), count.end < tokens.count else { return nil }
    let unit = tokens[count.end].lower
    let end = count.end + 1
    if lead != nil { return shifted(today, count.value, unit).map { ($0, end) } }
    guard let from = Phrase("from").end(tokens, at: end) else { return nil }
    if let now = Phrase("now|today").end(tokens, at: from) {
      return shifted(today, count.value, unit).map { ($0, now) }
    }
    guard let base = fixed(tokens, from) ?? weekday(tokens, from) else { return nil }
    return shifted(base.day, count.value, unit).map { ($0, base.end) }
  }

  private func count(_ tokens: [SpokenToken], _ place: Int) -> (value: Int, end: Int)? {
    if let end = Phrase("a? couple of?").end(tokens, at: place) { return (2, end) }
    if let end = Phrase("a|an").end(tokens, at: place), end < tokens.count, NumberWords.units[tokens[end].lower] == nil
    {
      return (1, end)
    }
    return NumberWords.cardinal(tokens, at: place).flatMap { (1...400).contains($0.value) ? $0 : nil }
  }

  private func shifted(_ day: StepDay, _ count: Int, _ unit: String) -> StepDay? {
    switch unit {
    case "day", "days": day.adding(days: count)
    case "week", "weeks": day.adding(days: 7 * count)
    case "month", "months": day.adding(months: count)
    default: nil
    }
  }

  /// "the end of next week", "the last day of the month", "the start of June".
  private func edge(_ tokens: [SpokenToken], _ place: Int) -> Found? {
    if let end = Phrase("mid").end(tokens, at: place), end < tokens.count, let month = Self.months[tokens[end].lower] {
      return StepDay(year: year(of: month, 15), month: month, day: 15).map { ($0, end + 1) }
    }
    let last = Phrase("the? end|close of").end(tokens, at: place) ?? Phrase("the? last day of").end(tokens, at: place)
    let first =
      Phrase("the? beginning|start of").end(tokens, at: place) ?? Phrase("the? first week of").end(tokens, at: place)
    guard let after = last ?? first else { return nil }
    let isEnd = last != nil
    if let end = Phrase("the|this? week").end(tokens, at: after) {
      return (today.monday.adding(days: isEnd ? 4 : 0), end)
    }
    if let end = Phrase("next week").end(tokens, at: after) {
      return (today.monday.adding(days: isEnd ? 11 : 7), end)
    }
    if let end = Phrase("the|this? month").end(tokens, at: after), isEnd { return (today.lastOfMonth, end) }
    if let end = Phrase("next month").end(tokens, at: after) {
      let first = today.lastOfMonth.adding(days: 1)
      return (isEnd ? first.lastOfMonth : first, end)
    }
    if let end = Phrase("the|this? year").end(tokens, at: after), isEnd {
      return StepDay(year: today.year, month: 12, day: 31).map { ($0, end) }
    }
    if let end = Phrase("the|this? day").end(tokens, at: after), isEnd {
      return Phrase("on?").end(tokens, at: end).flatMap { fixed(tokens, $0) ?? weekday(tokens, $0) } ?? (today, end)
    }
    guard after < tokens.count, let month = Self.months[tokens[after].lower],
      let day = StepDay(year: year(of: month, isEnd ? 28 : 1), month: month, day: 1)
    else { return nil }
    return (isEnd ? day.lastOfMonth : day, after + 1)
  }

  // MARK: Days of the week and of the month

  private func weekday(_ tokens: [SpokenToken], _ place: Int) -> Found? {
    let marked = Phrase("this|next|coming").end(tokens, at: place)
    let at = marked ?? place
    guard at < tokens.count, let weekday = Self.weekdays[tokens[at].lower] else { return nil }
    // "Friday the twenty-second", "Thursday May twenty-first": the number is what counts.
    if let named = month(tokens, at + 1) ?? dayOfMonth(tokens, at + 1, needsCue: false), !tokens[at].endsSentence {
      return named
    }
    let mark = marked == nil ? "" : tokens[place].lower
    return (day(weekday, mark), at + 1)
  }

  private func day(_ weekday: Int, _ mark: String) -> StepDay {
    if mark == "next" { return today.monday.adding(days: 7 + weekday) }
    let ahead = (weekday - today.weekday + 7) % 7
    return today.adding(days: ahead == 0 && mark != "this" ? 7 : ahead)
  }

  /// "June third", "the third of June", "3 June". "May" and "march" alone are verbs as often as months.
  private func month(_ tokens: [SpokenToken], _ place: Int) -> Found? {
    guard place < tokens.count else { return nil }
    if let month = Self.months[tokens[place].lower] {
      let number = Phrase("the").end(tokens, at: place + 1) ?? place + 1
      guard let day = NumberWords.ordinal(tokens, at: number) ?? NumberWords.cardinal(tokens, at: number) else {
        return nil
      }
      return dated(tokens, month, day.value, day.end)
    }
    let start = Phrase("the").end(tokens, at: place) ?? place
    guard let day = NumberWords.ordinal(tokens, at: start) ?? NumberWords.cardinal(tokens, at: start) else {
      return nil
    }
    let at = Phrase("of").end(tokens, at: day.end) ?? day.end
    guard at < tokens.count, let month = Self.months[tokens[at].lower] else { return nil }
    return dated(tokens, month, day.value, at + 1)
  }

  private func dated(_ tokens: [SpokenToken], _ month: Int, _ day: Int, _ end: Int) -> Found? {
    guard (1...31).contains(day) else { return nil }
    if end < tokens.count, let year = Int(tokens[end].lower), (2000...2100).contains(year) {
      return StepDay(year: year, month: month, day: day).map { ($0, end + 1) }
    }
    return StepDay(year: year(of: month, day), month: month, day: day).map { ($0, end) }
  }

  /// This year's, unless that is so long ago that next year's must be meant.
  private func year(of month: Int, _ day: Int) -> Int {
    guard let date = StepDay(year: today.year, month: month, day: day) else { return today.year }
    return today.serial - date.serial > 180 ? today.year + 1 : today.year
  }

  /// "6/10": the month first.
  private func numeric(_ tokens: [SpokenToken], _ place: Int) -> Found? {
    let parts = tokens[place].lower.split(separator: "/").map { Int($0) }
    guard parts.count == 2, let month = parts[0], let day = parts[1], (1...12).contains(month) else { return nil }
    return dated(tokens, month, day, place + 1)
  }

  /// "by the twentieth", "on the 30th": the next day of that number.
  private func dayOfMonth(_ tokens: [SpokenToken], _ place: Int, needsCue: Bool = true) -> Found? {
    guard let start = Phrase("the").end(tokens, at: place), let found = NumberWords.ordinal(tokens, at: start) else {
      return nil
    }
    let cue = place > 0 ? tokens[place - 1].lower : ""
    if needsCue, !["on", "by", "before", "to", "for", "until"].contains(cue) { return nil }
    if needsCue, found.end < tokens.count, !endsHere(tokens, found.end) { return nil }
    var day = StepDay(year: today.year, month: today.month, day: found.value) ?? today.adding(days: -1)
    var month = today
    while day < today {
      month = month.lastOfMonth.adding(days: 1)
      day = StepDay(year: month.year, month: month.month, day: found.value) ?? day
    }
    return (day, found.end)
  }

  /// Whether the number stands for itself: "the first bid" is no day.
  private func endsHere(_ tokens: [SpokenToken], _ place: Int) -> Bool {
    let last = tokens[place - 1]
    let joins: Set<String> = [
      "at", "and", "or", "with", "in", "if", "so", "but", "for", "to", "about", "because", "then", "when", "while",
    ]
    return last.pauses || last.endsSentence || joins.contains(tokens[place].lower)
  }
}
