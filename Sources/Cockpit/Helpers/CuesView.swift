import Domain
import Notes

/// The playbook's cues for the note's service.
struct CuesView: Sendable {
  struct Item: Sendable {
    /// From 1 to 9, the key that uses it; nil beyond.
    let number: Int?
    let title: String
    let snippet: String
    /// `#drainage #photos`
    let tags: String?
    let words: String
    let isUsed: Bool
  }

  let service: String
  let items: [Item]
  /// `Water story, Islands at half price`
  let used: String?
  let warning: String?
  let none: Bool

  init(_ reading: HelperReading<[PlaybookCue]>, used titles: [String], service: String) {
    self.service = service
    items = reading.value.enumerated().map { index, cue in
      Item(
        number: index < 9 ? index + 1 : nil, title: cue.title, snippet: cue.snippet,
        tags: cue.tags.isEmpty ? nil : cue.tags.map { "#" + $0 }.joined(separator: " "), words: cue.words,
        isUsed: titles.contains(cue.title))
    }
    used = titles.isEmpty ? nil : titles.joined(separator: ", ")
    warning = TroubleWords.line(reading.trouble)
    none = items.isEmpty && warning == nil
  }
}

/// What is known of the account.
struct IntelView: Sendable {
  struct Line: Sendable {
    let words: String
    let amount: String?
  }

  let account: String
  /// `Fresh at 6:00`, `Updated 13 May`
  let fresh: String?
  let jobs: [Line]
  let quotes: [Line]
  let promotions: [String]
  let notes: [String]
  /// Mustache asks for the first of a list only by a flag.
  let hasJobs: Bool
  let hasQuotes: Bool
  let hasPromotions: Bool
  let hasNotes: Bool
  let warning: String?
  let none: String?

  init(_ reading: HelperReading<AccountIntel?>, account: String, clock: ClockWords) {
    let intel = reading.value
    self.account = account.isEmpty ? "Account" : account
    fresh = intel?.lastUpdated.map { FreshWords.line($0, clock) }
    jobs = (intel?.jobs ?? []).map { job in
      Line(
        words: [job.summary, FreshWords.day(job.date, clock)].compactMap(\.self).joined(separator: ", "),
        amount: job.value.map(Dollars.text))
    }
    quotes = (intel?.quotes ?? []).map { quote in
      let words = quote.status.isEmpty ? quote.summary : "\(quote.summary), \(quote.status.lowercasedFirst)"
      return Line(words: words, amount: quote.amount.map(Dollars.text))
    }
    promotions = intel?.promotions ?? []
    notes = intel?.notes ?? []
    (hasJobs, hasQuotes) = (!jobs.isEmpty, !quotes.isEmpty)
    (hasPromotions, hasNotes) = (!promotions.isEmpty, !notes.isEmpty)
    warning = TroubleWords.line(reading.trouble)
    none = Self.none(intel, account, hasTrouble: reading.trouble != nil)
  }

  private static func none(_ intel: AccountIntel?, _ account: String, hasTrouble: Bool) -> String? {
    if account.isEmpty { return "Choose a contact to see what is known of the account." }
    if hasTrouble || intel?.isEmpty == false { return nil }
    return "Nothing is known of \(account) yet. Add it to contact_intel.json."
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
