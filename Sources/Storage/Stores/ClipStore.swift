public import Domain
import Foundation
import GRDB

/// The recordings that were taken in.
public struct ClipStore: Sendable {
  /// What came of taking a clip in.
  public enum InsertResult: Sendable, Equatable {
    /// Clip and job are durable.
    case stored(Clip, Job)
    /// The owner's bytes with this SHA-1 were seen before; nothing was written.
    case duplicate(KnownClip)
  }

  /// How a clip came; its event is `clip.<raw value>`.
  public enum Arrival: String, Sendable {
    /// Brought by somebody.
    case stored
    /// Found in the audio folder without a row.
    case adopted
  }

  let connection: StoreConnection

  /// Stores a clip, its fingerprint, the job that transcribes it, a draft of the note about it and their events, all or
  /// nothing.
  /// - Parameters:
  ///   - maxAttempts: how often the job may be claimed, at least 1.
  ///   - evenIfErased: take bytes in again whose clip was erased; otherwise they are a duplicate of nothing.
  ///   - prerequisite: called when the rows are made and before they are committed; a throw takes them back. For what
  ///     must be on disk before a row says that it is.
  public func insertWithJob(
    _ clip: Clip, jobKind: JobKind, maxAttempts: Int, arrival: Arrival = .stored, evenIfErased: Bool = false,
    after prerequisite: () throws -> Void = {}
  ) throws -> InsertResult {
    let now = connection.now
    return try connection.write { db in
      if let known = try Self.known(db, sha1: clip.sha1, ownerID: clip.ownerID),
        known.clip != nil || !evenIfErased
      {
        try prerequisite()
        return .duplicate(known)
      }
      try clip.insert(db)
      try Self.remember(db, clip, at: now)
      try DraftStore.insert(
        db,
        .init(ownerID: clip.ownerID, clipID: clip.id, isAutomatic: true, createdAt: clip.createdAt.unixMilliseconds))
      try Self.record(db, arrival.rawValue, clip, ["byte_count": clip.byteCount], at: now)
      let job = try JobStore.enqueue(db, clip: clip, kind: jobKind, maxAttempts: maxAttempts, at: now)
      try prerequisite()
      return .stored(clip, job)
    }
  }

  /// The clip with this identifier, nil where there is none.
  public func find(_ id: ID<Clip>) throws -> Clip? {
    try connection.read { try Self.find($0, id) }
  }

  /// Every clip, oldest first.
  public func all() throws -> [Clip] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM clips ORDER BY created_at, rowid").map(Clip.init(row:))
    }
  }

  /// What is known of an owner's bytes, nil where they were never seen.
  public func known(sha1: String, ownerID: ID<Owner>) throws -> KnownClip? {
    try connection.read { try Self.known($0, sha1: sha1, ownerID: ownerID) }
  }

  /// Which of these paths, relative to the data folder, belong to a clip.
  public func known(paths: Set<String>) throws -> Set<String> {
    try connection.read { db in
      let statement = try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM clips WHERE path = ?)")
      return try paths.filter { try Bool.fetchOne(statement, arguments: [$0]) ?? false }
    }
  }

  static func find(_ db: Database, _ id: ID<Clip>) throws -> Clip? {
    try Row.fetchOne(db, sql: "SELECT * FROM clips WHERE id = ?", arguments: [id.rawValue]).map(Clip.init(row:))
  }

  /// Writes the event `clip.<what>`.
  static func record(_ db: Database, _ what: String, _ clip: Clip, _ facts: [String: Int] = [:], at now: Int64) throws {
    try EventStore.append(
      db, at: now, kind: "clip.\(what)", ownerID: clip.ownerID, subjectID: clip.id.rawValue, facts: facts)
  }

  private static func remember(_ db: Database, _ clip: Clip, at now: Int64) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO clip_fingerprints (owner_id, sha1, first_seen_at, clip_id) VALUES (?, ?, ?, ?)
        ON CONFLICT (owner_id, sha1) DO UPDATE SET clip_id = excluded.clip_id
        """)
    try statement.execute(arguments: [clip.ownerID.rawValue, clip.sha1, now, clip.id.rawValue])
  }

  private static func known(_ db: Database, sha1: String, ownerID: ID<Owner>) throws -> KnownClip? {
    let statement = try db.cachedStatement(
      sql: "SELECT first_seen_at, clip_id FROM clip_fingerprints WHERE owner_id = ? AND sha1 = ?")
    let row = try Row.fetchOne(statement, arguments: [ownerID.rawValue, sha1])
    guard let row else {
      let erased = try ErasureMarks.since(db, [["sound", ownerID.rawValue, sha1]])
      return erased.map { KnownClip(firstSeenAt: Date(unixMilliseconds: $0), clip: nil) }
    }
    let firstSeen = row.date("first_seen_at")
    guard let id: String = row["clip_id"], let clip = try find(db, ID(id)) else {
      return KnownClip(firstSeenAt: firstSeen, clip: nil)
    }
    return try KnownClip(db, clip, firstSeenAt: firstSeen)
  }
}
