public import Domain
import GRDB

/// The recordings that were taken in.
public struct ClipStore: Sendable {
  /// What came of taking a clip in.
  public enum InsertResult: Sendable, Equatable {
    /// Clip and job are durable.
    case stored(Clip, Job)
    /// The owner has a clip with the same SHA-1 already; nothing was written.
    case duplicate(Clip)
  }

  let connection: StoreConnection

  /// Stores a clip, the job that transcribes it and their events, all or nothing.
  /// - Parameter maxAttempts: how often the job may be claimed, at least 1.
  public func insertWithJob(_ clip: Clip, jobKind: JobKind, maxAttempts: Int) throws -> InsertResult {
    let now = connection.now
    return try connection.write { db in
      if let known = try Self.find(db, sha1: clip.sha1, ownerID: clip.ownerID) { return .duplicate(known) }
      try clip.insert(db)
      try EventStore.append(
        db, at: now, kind: "clip.stored", ownerID: clip.ownerID, subjectID: clip.id.rawValue,
        facts: ["byte_count": clip.byteCount])
      return .stored(clip, try JobStore.enqueue(db, clip: clip, kind: jobKind, maxAttempts: maxAttempts, at: now))
    }
  }

  /// The clip with this identifier, nil where there is none.
  public func find(_ id: ID<Clip>) throws -> Clip? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM clips WHERE id = ?", arguments: [id.rawValue]).map(Clip.init(row:))
    }
  }

  /// Every clip, oldest first.
  public func all() throws -> [Clip] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM clips ORDER BY created_at, rowid").map(Clip.init(row:))
    }
  }

  /// Which of these paths, relative to the data folder, belong to a clip.
  public func known(paths: Set<String>) throws -> Set<String> {
    try connection.read { db in
      let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM clips WHERE path = ?)")
      return try paths.filter { try Bool.fetchOne(statement, arguments: [$0]) ?? false }
    }
  }

  private static func find(_ db: Database, sha1: String, ownerID: ID<Owner>) throws -> Clip? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM clips WHERE owner_id = ? AND sha1 = ?", arguments: [ownerID.rawValue, sha1]
    ).map(Clip.init(row:))
  }
}
