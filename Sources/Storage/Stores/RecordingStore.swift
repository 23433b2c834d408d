public import Domain
public import Foundation
import GRDB

/// Recordings that come up in chunks. Whatever a call acknowledges is durable.
public struct RecordingStore: Sendable {
  /// What came of beginning a recording.
  public enum BeginResult: Sendable, Equatable {
    case begun(Recording)
    /// It was begun before, by the same owner.
    case known(Recording)
    /// The identifier is another owner's.
    case foreign
    /// The owner has as many unfinished ones as may be.
    case tooMany
  }

  /// What came of keeping a chunk.
  public enum KeepResult: Sendable, Equatable {
    case kept
    /// These bytes were kept under this number before.
    case known
    /// Other bytes are kept under this number.
    case taken
    /// The recording takes no more.
    case closed
    /// With it, the recording would be longer than may be.
    case tooLong
  }

  let connection: StoreConnection

  /// Begins a recording, with the event `recording.begun`.
  /// - Parameters:
  ///   - client: what the browser says of itself, a JSON object.
  ///   - mostUnfinished: how many an owner may have that are no clips yet.
  public func begin(
    _ id: ID<Recording>, ownerID: ID<Owner>, draftID: ID<Note>, contactID: ID<Person>? = nil, startedAt: Date,
    client: String = "{}", mostUnfinished: Int = 500
  ) throws -> BeginResult {
    let now = connection.now
    return try connection.write { db in
      if let known = try Self.find(db, id) { return known.ownerID == ownerID ? .known(known) : .foreign }
      let unfinished = try Int.fetchOne(
        db, sql: "SELECT COUNT(*) FROM recordings WHERE owner_id = ? AND state <> 'assembled'",
        arguments: [ownerID.rawValue])
      guard (unfinished ?? 0) < mostUnfinished else { return .tooMany }
      try db.execute(
        sql: """
          INSERT INTO recordings (id, owner_id, draft_id, contact_id, state, sample_rate, client, started_at,
            created_at, updated_at)
          VALUES (?, ?, ?, ?, 'open', 16000, ?, ?, ?, ?)
          """,
        arguments: [
          id.rawValue, ownerID.rawValue, draftID.rawValue, contactID?.rawValue, client, startedAt.unixMilliseconds,
          now, now,
        ])
      let recording = try Self.require(db, id)
      try Self.record(db, "begun", recording, at: now)
      return .begun(recording)
    }
  }

  /// Keeps a chunk whose bytes are on disk. No event: chunks come every second, and what they are worth is told when
  /// the recording is whole.
  /// - Parameter mostBytes: of all chunks together.
  public func keep(_ chunk: RecordedChunk, of id: ID<Recording>, mostBytes: Int) throws -> KeepResult {
    let now = connection.now
    return try connection.write { db in
      guard let recording = try Self.find(db, id), recording.state != .assembled else { return .closed }
      if let known = try Self.chunk(db, id, chunk.number) { return known.sha256 == chunk.sha256 ? .known : .taken }
      guard chunk.number < recording.chunkCount ?? .max else { return .closed }
      guard try Self.byteCount(db, id) + chunk.byteCount <= mostBytes else { return .tooLong }
      try db.execute(
        sql: """
          INSERT INTO recording_chunks (recording_id, number, owner_id, byte_count, sha256, path, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          id.rawValue, chunk.number, recording.ownerID.rawValue, chunk.byteCount, chunk.sha256, chunk.path, now,
        ])
      try db.execute(sql: "UPDATE recordings SET updated_at = ? WHERE id = ?", arguments: [now, id.rawValue])
      return .kept
    }
  }

  /// The recording with this identifier, nil where there is none.
  public func find(_ id: ID<Recording>) throws -> Recording? {
    try connection.read { try Self.find($0, id) }
  }

  /// The recording that a note is spoken in, nil where there is none.
  public func find(draftID: ID<Note>) throws -> Recording? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM recordings WHERE draft_id = ?", arguments: [draftID.rawValue])
        .map(Recording.init(row:))
    }
  }

  /// The chunks of a recording that are kept, in their order; none once it is a clip.
  public func chunks(of id: ID<Recording>) throws -> [RecordedChunk] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM recording_chunks WHERE recording_id = ? ORDER BY number", arguments: [id.rawValue]
      ).map(RecordedChunk.init(row:))
    }
  }

  /// One chunk that is kept, nil where it is not.
  public func chunk(_ number: Int, of id: ID<Recording>) throws -> RecordedChunk? {
    try connection.read { try Self.chunk($0, id, number) }
  }

  /// Recordings of an owner that wait for somebody: open or failed, and nothing of them came since a moment. The
  /// latest first, 20 at most.
  public func unfinished(ownerID: ID<Owner>, quietSince: Date) throws -> [UnfinishedRecording] {
    try connection.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM recordings WHERE owner_id = ? AND state <> 'assembled' AND updated_at <= ?
            AND state IN ('open', 'failed') ORDER BY updated_at DESC LIMIT 20
          """,
        arguments: [ownerID.rawValue, quietSince.unixMilliseconds])
      return try rows.map { row in
        let recording = try Recording(row: row)
        let bytes = try Self.byteCount(db, recording.id)
        return UnfinishedRecording(recording: recording, seconds: Double(bytes) / Double(Recording.bytesPerSecond))
      }
    }
  }

  static func find(_ db: Database, _ id: ID<Recording>) throws -> Recording? {
    try Row.fetchOne(db, sql: "SELECT * FROM recordings WHERE id = ?", arguments: [id.rawValue])
      .map(Recording.init(row:))
  }

  /// A row that this transaction has just written.
  static func require(_ db: Database, _ id: ID<Recording>) throws -> Recording {
    guard let recording = try find(db, id) else { throw StorageError.unreadableValue(column: "recordings.id") }
    return recording
  }

  /// Writes the event `recording.<what>`.
  static func record(
    _ db: Database, _ what: String, _ recording: Recording, at now: Int64
  ) throws {
    var facts = ["note": recording.draftID.rawValue]
    facts["clip"] = recording.clipID?.rawValue
    facts["chunks"] = recording.chunkCount.map(String.init)
    try EventStore.append(
      db, at: now, kind: "recording.\(what)", ownerID: recording.ownerID, subjectID: recording.id.rawValue,
      facts: facts)
  }

  private static func chunk(_ db: Database, _ id: ID<Recording>, _ number: Int) throws -> RecordedChunk? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM recording_chunks WHERE recording_id = ? AND number = ?",
      arguments: [id.rawValue, number]
    ).map(RecordedChunk.init(row:))
  }

  private static func byteCount(_ db: Database, _ id: ID<Recording>) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT SUM(byte_count) FROM recording_chunks WHERE recording_id = ?", arguments: [id.rawValue]) ?? 0
  }
}
