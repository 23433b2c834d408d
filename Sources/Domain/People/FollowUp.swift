public import Foundation

/// When something is to be done: at a time, or some time on a day.
public struct Due: Sendable, Equatable, Codable {
  /// The moment, or the first one of the day.
  public let at: Date
  public let isAllDay: Bool

  public init(at: Date, isAllDay: Bool) {
    self.at = at
    self.isAllDay = isAllDay
  }

  /// Whole days between the day that was meant and today; negative for days to come.
  public func daysLate(on now: Date, _ calendar: Calendar) -> Int {
    let (due, today) = (calendar.startOfDay(for: at), calendar.startOfDay(for: now))
    return calendar.dateComponents([.day], from: due, to: today).day ?? 0
  }

  /// Whether the time, or the whole day, has passed.
  public func isLate(at now: Date, _ calendar: Calendar) -> Bool {
    isAllDay ? daysLate(on: now, calendar) > 0 : at < now
  }
}

/// A promise to get in touch with somebody.
public struct FollowUp: Sendable, Equatable {
  public let id: ID<FollowUp>
  public let ownerID: ID<Owner>
  public let personID: ID<Person>
  /// What it is about; empty where the account's summary says it.
  public let reason: String
  public let due: Due
  /// nil while it is open.
  public let doneAt: Date?
  /// From 1, one more with every change: an undo names the change that it takes back.
  public let version: Int
  /// How it was before the last change; nil where there is nothing to take back.
  public let before: Before?

  /// What an undo brings back.
  public struct Before: Sendable, Equatable, Codable {
    public let due: Due
    public let doneAt: Date?

    public init(due: Due, doneAt: Date?) {
      self.due = due
      self.doneAt = doneAt
    }
  }

  public init(
    id: ID<FollowUp>, ownerID: ID<Owner>, personID: ID<Person>, reason: String, due: Due, doneAt: Date? = nil,
    version: Int = 1, before: Before? = nil
  ) {
    self.id = id
    self.ownerID = ownerID
    self.personID = personID
    self.reason = reason
    self.due = due
    self.doneAt = doneAt
    self.version = version
    self.before = before
  }
}

/// A follow-up with whom it is about.
public struct Touch: Sendable, Equatable {
  public let followUp: FollowUp
  public let card: PersonCard

  public init(followUp: FollowUp, card: PersonCard) {
    self.followUp = followUp
    self.card = card
  }

  /// What it is about.
  public var reason: String { followUp.reason.isEmpty ? card.account.facts.summary : followUp.reason }
}
