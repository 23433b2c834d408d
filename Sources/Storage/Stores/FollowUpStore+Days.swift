public import Domain
public import Foundation
import GRDB

/// How a day ended.
public struct DayClosing: Sendable, Equatable {
  /// `2026-05-14`
  public let day: String
  public let closedAt: Date
  public let done: Int
  /// Done, open and moved.
  public let total: Int
  /// Open ones that were moved to the next day.
  public let moved: Int

  public init(day: String, closedAt: Date, done: Int, total: Int, moved: Int) {
    self.day = day
    self.closedAt = closedAt
    self.done = done
    self.total = total
    self.moved = moved
  }
}

extension FollowUpStore {
  /// A day with its moments.
  public struct Day: Sendable, Equatable {
    /// `2026-05-14`
    public let text: String
    public let start: Date
    /// The next day's first moment.
    public let end: Date

    public init(text: String, start: Date, end: Date) {
      self.text = text
      self.start = start
      self.end = end
    }
  }

  /// How this owner's day ended, nil while it has not.
  public func closing(_ day: String, ownerID: ID<Owner>) throws -> DayClosing? {
    try connection.read { try Self.closing($0, day, ownerID) }
  }

  /// Ends a day: moves what is open and due where it is told to, counts, and writes the row and the event
  /// `day.closed`, all or nothing. A day that was closed before is counted anew.
  /// - Parameter due: where open follow-ups go; nil leaves them.
  @discardableResult
  public func close(_ day: Day, ownerID: ID<Owner>, movingTo due: Due?) throws -> DayClosing {
    let now = connection.now
    return try connection.write { db in
      let counts = try Self.counts(db, ownerID, dueBefore: day.end, doneFrom: day.start)
      var moved = 0
      if let due {
        for followUp in try Self.openRows(db, ownerID, before: day.end) {
          try Self.save(db, followUp.moved(to: due), "followup.snoozed", at: now)
          moved += 1
        }
      }
      let movedBefore = try Self.closing(db, day.text, ownerID)?.moved ?? 0
      let closing = DayClosing(
        day: day.text, closedAt: Date(unixMilliseconds: now), done: counts.done,
        total: counts.done + counts.open + movedBefore, moved: moved + movedBefore)
      try Self.save(db, closing, ownerID)
      return closing
    }
  }

  private static func openRows(_ db: Database, _ ownerID: ID<Owner>, before end: Date) throws -> [FollowUp] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM follow_ups WHERE owner_id = ? AND done_at IS NULL AND due_at < ?",
      arguments: [ownerID.rawValue, end.unixMilliseconds]
    ).map { try FollowUp(row: $0) }
  }

  private static func closing(_ db: Database, _ day: String, _ ownerID: ID<Owner>) throws -> DayClosing? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM day_closings WHERE owner_id = ? AND day = ?", arguments: [ownerID.rawValue, day]
    ).map { row in
      DayClosing(
        day: row["day"], closedAt: row.date("closed_at"), done: row["done"], total: row["total"], moved: row["moved"])
    }
  }

  private static func save(_ db: Database, _ closing: DayClosing, _ ownerID: ID<Owner>) throws {
    let now = closing.closedAt.unixMilliseconds
    try db.execute(
      sql: """
        INSERT INTO day_closings (owner_id, day, closed_at, done, total, moved) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (owner_id, day) DO UPDATE SET
          closed_at = excluded.closed_at, done = excluded.done, total = excluded.total, moved = excluded.moved
        """,
      arguments: [ownerID.rawValue, closing.day, now, closing.done, closing.total, closing.moved])
    try EventStore.append(
      db, at: now, kind: "day.closed", ownerID: ownerID, subjectID: closing.day,
      facts: ["done": closing.done, "total": closing.total, "moved": closing.moved])
  }
}

extension FollowUp {
  fileprivate func moved(to due: Due) -> FollowUp {
    FollowUp(
      id: id, ownerID: ownerID, personID: personID, reason: reason, due: due, doneAt: doneAt, version: version + 1,
      before: Before(due: self.due, doneAt: doneAt))
  }
}
