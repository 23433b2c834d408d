public import Domain
public import Foundation
import GRDB

/// What the files that people read are made from, beside the events themselves.
public struct ViewStore: Sendable {
  let connection: StoreConnection

  /// What `crm_snapshot.json` shows at this moment.
  /// - Parameter recent: how many of the latest notes.
  public func snapshotFacts(recent: Int) throws -> SnapshotFacts {
    try connection.read { try SnapshotFacts($0, recent: recent) }
  }

  /// Whether it is settled what `crm_snapshot.json` held before the first projection.
  public func hasInherited() throws -> Bool {
    try connection.read { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM views WHERE name = 'crm_snapshot' AND inherited IS NOT NULL)") ?? false
    }
  }

  /// Keeps what a snapshot of another system said, so that it outlives the file. What was inherited once stays.
  /// - Parameter json: a JSON object; `{}` for nothing.
  /// - Returns: false where something is inherited already; nothing was written then.
  @discardableResult
  public func inherit(_ json: Data) throws -> Bool {
    let text = String(decoding: json, as: UTF8.self)
    let now = connection.now
    return try connection.write { db in
      try db.execute(
        sql: """
          INSERT INTO views (name, inherited) VALUES ('crm_snapshot', :json)
          ON CONFLICT (name) DO UPDATE SET inherited = :json WHERE inherited IS NULL OR inherited = '{}'
          """,
        arguments: ["json": text])
      guard db.changesCount == 1 else { return false }
      if text != "{}" { try Self.append(db, "snapshot.inherited", at: now) }
      return true
    }
  }

  /// Takes every note saved so far, and the last delivery's status, out of the snapshot for good. Counters stay.
  /// - Returns: false where nothing was left to take out; nothing was written then.
  @discardableResult
  public func scrub() throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      guard try Self.isScrubbable(db) else { return false }
      try Self.append(db, "snapshot.scrubbed", at: now)
      try db.execute(
        sql: """
          INSERT INTO views (name, scrubbed_seq) VALUES ('crm_snapshot', :seq)
          ON CONFLICT (name) DO UPDATE SET scrubbed_seq = :seq, inherited = \(Self.inheritedWithoutNotes)
          """,
        arguments: ["seq": db.lastInsertedRowID])
      return true
    }
  }

  /// Events up to this one are in `crm_sample.csv`.
  public func sampleSeq() throws -> Int64 {
    try connection.read { db in
      try Int64.fetchOne(db, sql: "SELECT projected_seq FROM views WHERE name = 'crm_sample'") ?? 0
    }
  }

  /// Says that events up to this one are in `crm_sample.csv`; 0 where there is no such file.
  public func setSampleSeq(_ seq: Int64) throws {
    try connection.write { db in
      try db.execute(
        sql: """
          INSERT INTO views (name, projected_seq) VALUES ('crm_sample', :seq)
          ON CONFLICT (name) DO UPDATE SET projected_seq = :seq
          """,
        arguments: ["seq": seq])
    }
  }

  private static let inheritedWithoutNotes =
    "json_remove(inherited, '$.last_payload', '$.recent_payloads', '$.last_crm_status', '$.cached_records')"

  private static func isScrubbable(_ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM events WHERE \(SnapshotFacts.isDelivery) AND seq > \(SnapshotFacts.scrubbedSeq))
          OR EXISTS (SELECT 1 FROM views WHERE name = 'crm_snapshot'
            AND inherited <> \(inheritedWithoutNotes))
        """) ?? false
  }

  private static func append(_ db: Database, _ kind: String, at now: Int64) throws {
    try EventStore.append(
      db, at: now, kind: kind, ownerID: Owner.local, subjectID: "crm_snapshot", facts: [String: Int]())
  }
}
