import Domain
import Foundation

/// A delivery told to people: what happened, that it is safe, what comes next.
struct DeliveryWords: Sendable {
  let clock: ClockWords
  let now: Date
  /// Whether the note's owner works offline.
  let isOffline: Bool

  /// The sentence beside a badge.
  /// - Parameters:
  ///   - ahead: the account of the note that goes out before this one.
  ///   - tries: attempts at it over its whole life.
  func line(_ entry: OutboxEntry, ahead: String? = nil, tries: Int = 0) -> String {
    switch entry.state {
    case .queued: return queued(entry, ahead)
    case .sending: return "It is being sent now."
    case .synced: return "\(Self.ordinal(max(1, tries))) try, \(entry.responseCode ?? 200)."
    case .retrying: return [trouble(entry), next(entry)].joined(separator: " ")
    case .cached:
      return entry.heldOffline ? "You are working offline." : "No connection to the CRM was made. It is kept."
    case .failed: return trouble(entry)
    case .superseded: return "A newer version was saved before this one was sent."
    }
  }

  /// The CRM's own words, nil where it said none; an empty answer is none.
  func reply(_ entry: OutboxEntry) -> ReplyView? {
    guard entry.responseCode != nil, entry.state != .synced, let words = DeliveryBadge(entry.status).error else {
      return nil
    }
    // An empty object or list says nothing.
    guard words.contains(where: { $0.isLetter || $0.isNumber }), words != "HTTP \(entry.responseCode ?? 0)" else {
      return nil
    }
    return ReplyView(words)
  }

  /// What an attempt came to, as a cell of a table.
  func attempt(_ attempt: DeliveryAttempt) -> String {
    switch attempt.responseCode {
    case .some(200...299): return "Taken"
    case .some(401), .some(403): return "Our key was not accepted"
    case .some(429): return "Asked us to wait"
    case .some(400..<500): return "Refused"
    case .some: return "Not available"
    case nil: return attempt.unknownOutcome ? "No reply in time" : "No connection"
    }
  }

  private func queued(_ entry: OutboxEntry, _ ahead: String?) -> String {
    if isOffline { return "You are working offline." }
    if entry.lastError != nil { return "No connection to the CRM. \(next(entry))" }
    return ahead.map { "Waits behind \($0)." } ?? "It is next to be sent."
  }

  /// Why it is not in the CRM.
  private func trouble(_ entry: OutboxEntry) -> String {
    switch entry.responseCode {
    case .some(401), .some(403): "The CRM does not accept our key. A manager must renew it."
    case .some(429):
      entry.nextAttemptAt.map { "The CRM asked us to wait until \(clock.moment($0))." } ?? "The CRM asked us to wait."
    case .some(let code) where (400..<500).contains(code): "The CRM refused this note (\(code))."
    case .some(let code): "The CRM is not available (\(code))."
    case nil where entry.unknownOutcome: "No reply in time. It is tried under the same key, so it can’t be there twice."
    case nil: "The CRM could not be reached."
    }
  }

  private func next(_ entry: OutboxEntry) -> String {
    if isOffline { return "No tries while you work offline." }
    guard let next = entry.nextAttemptAt else { return "It is kept." }
    if entry.responseCode == 429 { return "" }
    let minutes = Int((next.timeIntervalSince(now) / 60).rounded(.up))
    if minutes <= 0 { return "Next try now." }
    return "Next try at \(clock.moment(next)), in \(minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h")."
  }

  static func ordinal(_ number: Int) -> String {
    let names = ["First", "Second", "Third", "Fourth", "Fifth"]
    return number <= names.count ? names[number - 1] : "\(number)th"
  }
}

/// A CRM's own words: the first 300 characters, and all of them where there are more.
struct ReplyView: Sendable {
  static let limit = 300
  let short: String
  let all: String?

  init(_ words: String) {
    let isLong = words.count > Self.limit
    short = isLong ? words.prefix(Self.limit) + "…" : words
    all = isLong ? words : nil
  }
}

/// The attempts at a delivery, the latest first.
struct AttemptsView: Sendable {
  struct Row: Sendable {
    let time: String
    let code: String
    let took: String
    let words: String
  }

  /// `3 attempts`
  let count: String
  let rows: [Row]

  init?(_ attempts: [DeliveryAttempt], _ words: DeliveryWords) {
    if attempts.isEmpty { return nil }
    count = attempts.count == 1 ? "1 attempt" : "\(attempts.count) attempts"
    rows = attempts.reversed().prefix(100).map { attempt in
      let seconds = attempt.endedAt.map { max(0, $0.timeIntervalSince(attempt.startedAt)) }
      return Row(
        time: words.clock.second(attempt.startedAt), code: attempt.responseCode.map(String.init) ?? "none",
        took: seconds.map { String(format: "%.1f s", $0) } ?? "", words: words.attempt(attempt))
    }
  }
}
