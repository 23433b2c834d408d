public import Domain
public import Foundation
import GRDB

/// What was promised to people. Every change keeps what was before it, so that it can be taken back.
public struct FollowUpStore: Sendable {
  /// What came of a change.
  public enum Change: Sendable, Equatable {
    case changed(FollowUp)
    /// Somebody changed it meanwhile, or it is done: nothing was written.
    case stale(FollowUp)
    case missing
  }

  let connection: StoreConnection

  /// The follow-up with whom it is about, nil where there is none.
  public func touch(_ id: ID<FollowUp>) throws -> Touch? {
    try connection.read { db in
      try Row.fetchOne(
        db, sql: "SELECT \(Touch.columns) FROM \(Touch.join) WHERE follow_ups.id = ?", arguments: [id.rawValue]
      ).map { try Touch(row: $0) }
    }
  }

  /// Open follow-ups, the earliest due first.
  /// - Parameters:
  ///   - ownerID: whose; nil for everybody's.
  ///   - end: only those due before it; nil for all.
  ///   - limit: at most this many.
  public func open(ownerID: ID<Owner>?, before end: Date? = nil, limit: Int) throws -> [Touch] {
    let owner = ownerID == nil ? "" : "follow_ups.owner_id = :owner AND"
    var arguments: StatementArguments = ["end": end?.unixMilliseconds ?? Int64.max, "limit": limit]
    if let ownerID { arguments = arguments &+ ["owner": ownerID.rawValue] }
    return try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(Touch.columns) FROM \(Touch.join)
          WHERE \(owner) follow_ups.done_at IS NULL AND follow_ups.due_at < :end
          ORDER BY follow_ups.due_at LIMIT :limit
          """,
        arguments: arguments
      ).map { try Touch(row: $0) }
    }
  }

  /// The follow-ups with a person, open ones first.
  public func all(_ personID: ID<Person>, limit: Int = 50) throws -> [Touch] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(Touch.columns) FROM \(Touch.join) WHERE follow_ups.person_id = ?
          ORDER BY follow_ups.done_at IS NOT NULL, follow_ups.due_at LIMIT ?
          """,
        arguments: [personID.rawValue, limit]
      ).map { try Touch(row: $0) }
    }
  }

  /// How many are open and due before a moment, and how many were done from one on.
  /// - Parameter ownerID: whose; nil for everybody's.
  public func counts(ownerID: ID<Owner>?, dueBefore end: Date, doneFrom start: Date) throws -> (open: Int, done: Int) {
    try connection.read { try Self.counts($0, ownerID, dueBefore: end, doneFrom: start) }
  }

  /// How many are open at all.
  public func openCount(ownerID: ID<Owner>?) throws -> Int {
    try counts(ownerID: ownerID, dueBefore: .distantFuture, doneFrom: .distantFuture).open
  }

  static func counts(
    _ db: Database, _ ownerID: ID<Owner>?, dueBefore end: Date, doneFrom start: Date
  ) throws -> (open: Int, done: Int) {
    let owner = ownerID == nil ? "" : "owner_id = :owner AND"
    func count(_ condition: String, _ date: Date) throws -> Int {
      var arguments: StatementArguments = ["date": date.unixMilliseconds]
      if let ownerID { arguments = arguments &+ ["owner": ownerID.rawValue] }
      return try Int.fetchOne(
        db, sql: "SELECT COUNT(*) FROM follow_ups WHERE \(owner) \(condition)", arguments: arguments) ?? 0
    }
    return (
      try count("done_at IS NULL AND due_at < :date", end),
      try count("done_at IS NOT NULL AND done_at >= :date", start)
    )
  }
}
