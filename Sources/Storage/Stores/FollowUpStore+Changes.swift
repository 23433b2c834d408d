public import Domain
import Foundation
import GRDB

extension FollowUpStore {
  /// Moves an open follow-up to another time, with the event `followup.snoozed`.
  public func snooze(_ id: ID<FollowUp>, until due: Due) throws -> Change {
    try change(id, "followup.snoozed") { followUp, _ in followUp.doneAt == nil ? (due, nil) : nil }
  }

  /// Marks an open follow-up done, with the event `followup.done`.
  public func finish(_ id: ID<FollowUp>) throws -> Change {
    try change(id, "followup.done") { followUp, now in followUp.doneAt == nil ? (followUp.due, now) : nil }
  }

  /// Takes the last change back, with the event `followup.undone`.
  /// - Parameter version: the version that the change made; a later one is left alone.
  public func undo(_ id: ID<FollowUp>, version: Int) throws -> Change {
    try change(id, "followup.undone", keepsBefore: false) { followUp, _ in
      guard followUp.version == version, let before = followUp.before else { return nil }
      return (before.due, before.doneAt)
    }
  }

  /// - Parameter decide: due and done as they become; nil leaves the row alone.
  private func change(
    _ id: ID<FollowUp>, _ kind: String, keepsBefore: Bool = true,
    _ decide: (FollowUp, Date) -> (due: Due, doneAt: Date?)?
  ) throws -> Change {
    let now = connection.now
    return try connection.write { db in
      guard let followUp = try Self.find(db, id) else { return .missing }
      guard let next = decide(followUp, Date(unixMilliseconds: now)) else { return .stale(followUp) }
      let changed = FollowUp(
        id: id, ownerID: followUp.ownerID, personID: followUp.personID, reason: followUp.reason, due: next.due,
        doneAt: next.doneAt, version: followUp.version + 1,
        before: keepsBefore ? .init(due: followUp.due, doneAt: followUp.doneAt) : nil)
      try Self.save(db, changed, kind, at: now)
      return .changed(changed)
    }
  }

  static func find(_ db: Database, _ id: ID<FollowUp>) throws -> FollowUp? {
    try Row.fetchOne(db, sql: "SELECT * FROM follow_ups WHERE id = ?", arguments: [id.rawValue])
      .map { try FollowUp(row: $0) }
  }

  static func save(_ db: Database, _ followUp: FollowUp, _ kind: String, at now: Int64) throws {
    let before = try followUp.before.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    try db.execute(
      sql: """
        UPDATE follow_ups SET due_at = ?, all_day = ?, done_at = ?, version = ?, before = ?, updated_at = ?
        WHERE id = ?
        """,
      arguments: [
        followUp.due.at.unixMilliseconds, followUp.due.isAllDay, followUp.doneAt?.unixMilliseconds, followUp.version,
        before, now, followUp.id.rawValue,
      ])
    try EventStore.append(
      db, at: now, kind: kind, ownerID: followUp.ownerID, subjectID: followUp.id.rawValue,
      facts: ["due": Timestamp.utc(followUp.due.at), "person_id": followUp.personID.rawValue])
  }
}
