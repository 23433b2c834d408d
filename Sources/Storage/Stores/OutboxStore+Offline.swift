public import Domain
import Foundation
import GRDB

extension OutboxStore {
  /// Switches a rep's 'Work offline', or everybody's. While it is on, saved notes are cached and nothing is posted; an
  /// attempt under way is finished. Once it is off, what it kept is queued.
  ///
  /// The flag holds from the first transaction on; the entries follow by steps of 500.
  /// - Parameter owner: nil for everybody.
  /// - Returns: how many entries were cached, or queued again.
  @discardableResult
  public func workOffline(_ isOn: Bool, owner: ID<Owner>? = nil) throws -> Int {
    try setFlag(isOn, owner: owner)
    var count = 0
    let end = try connection.read { try Int64.fetchOne($0, sql: "SELECT MAX(rowid) FROM outbox") ?? 0 }
    try inSteps(to: end, isOn ? "state IN ('queued', 'retrying')" : "held_offline = 1") { db, entry, now in
      if let owner, entry.ownerID != owner { return }
      guard try Self.isOffline(db, entry.ownerID) == isOn else { return }
      count += 1
      _ = isOn ? try Self.hold(db, entry, at: now) : try Self.requeue(db, entry, at: now)
    }
    return count
  }

  /// Whether notes of this owner are kept: by the owner's own flag, or everybody's.
  public func isOffline(_ owner: ID<Owner>) throws -> Bool {
    try connection.read { try Self.isOffline($0, owner) }
  }

  /// Who works offline, by identifier; `*` is everybody.
  public func offlineOwners() throws -> [String] {
    try connection.read { try String.fetchAll($0, sql: "SELECT owner_id FROM offline ORDER BY owner_id") }
  }

  static func isOffline(_ db: Database, _ owner: ID<Owner>) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM offline WHERE owner_id IN (?, '*'))", arguments: [owner.rawValue])
      ?? false
  }

  private func setFlag(_ isOn: Bool, owner: ID<Owner>?) throws {
    let now = connection.now
    let name = owner?.rawValue ?? "*"
    try connection.write { db in
      if isOn {
        try db.execute(
          sql: "INSERT INTO offline (owner_id, since) VALUES (?, ?) ON CONFLICT DO NOTHING", arguments: [name, now])
      } else {
        try db.execute(sql: "DELETE FROM offline WHERE owner_id = ?", arguments: [name])
      }
      guard db.changesCount == 1 else { return }
      try EventStore.append(
        db, at: now, kind: isOn ? "offline.on" : "offline.off", ownerID: owner ?? Owner.local, subjectID: name,
        facts: ["everybody": owner == nil])
    }
  }

  private static func hold(_ db: Database, _ entry: OutboxEntry, at now: Int64) throws -> OutboxEntry {
    let row = try Row.fetchOne(
      db,
      sql: """
        UPDATE outbox SET state = 'cached', next_attempt_at = NULL, held_offline = 1, state_changed_at = :now
        WHERE id = :id RETURNING *
        """,
      arguments: ["now": now, "id": entry.id.rawValue])
    return try recorded(db, try row.map(OutboxEntry.init(row:)) ?? entry, at: now)
  }
}
