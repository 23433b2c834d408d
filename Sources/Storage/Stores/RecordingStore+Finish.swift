public import Domain
import GRDB

extension RecordingStore {
  /// Says that a recording is whole, with the event `recording.completed`: from now on the server can finish it alone.
  /// - Returns: nil where there is no such recording; as it is where it was whole already.
  public func complete(
    _ id: ID<Recording>, chunkCount: Int, frames: Int, sha256: String
  ) throws -> Recording? {
    let now = connection.now
    return try connection.write { db in
      try db.execute(
        sql: """
          UPDATE recordings SET state = 'complete', chunk_count = ?, frames = ?, sha256 = ?, failure = NULL,
            updated_at = ?
          WHERE id = ? AND state IN ('open', 'failed')
          """,
        arguments: [chunkCount, frames, sha256, now, id.rawValue])
      let isChanged = db.changesCount > 0
      let recording = try Self.find(db, id)
      if isChanged, let recording { try Self.record(db, "completed", recording, at: now) }
      return recording
    }
  }

  /// Says what a recording became, with the event `recording.assembled`. Its chunks' rows go: their files may be
  /// removed.
  /// - Returns: nil where there is no such recording; as it is where it was a clip already.
  public func assembled(_ id: ID<Recording>, clipID: ID<Clip>) throws -> Recording? {
    let now = connection.now
    return try connection.write { db in
      try db.execute(
        sql: """
          UPDATE recordings SET state = 'assembled', clip_id = ?, updated_at = ? WHERE id = ? AND state = 'complete'
          """,
        arguments: [clipID.rawValue, now, id.rawValue])
      guard db.changesCount > 0 else { return try Self.find(db, id) }
      try db.execute(sql: "DELETE FROM recording_chunks WHERE recording_id = ?", arguments: [id.rawValue])
      let recording = try Self.require(db, id)
      try Self.record(db, "assembled", recording, at: now)
      return recording
    }
  }

  /// Says why a recording can't be put together, with the event `recording.failed`, and forgets the chunks that are
  /// not on disk as they were: they may come again.
  public func fail(_ id: ID<Recording>, reason: String, lost numbers: [Int]) throws {
    let now = connection.now
    try connection.write { db in
      for number in numbers {
        try db.execute(
          sql: "DELETE FROM recording_chunks WHERE recording_id = ? AND number = ?", arguments: [id.rawValue, number])
      }
      try db.execute(
        sql: "UPDATE recordings SET state = 'failed', failure = ?, updated_at = ? WHERE id = ? AND state = 'complete'",
        arguments: [reason, now, id.rawValue])
      if db.changesCount > 0 { try Self.record(db, "failed", try Self.require(db, id), at: now) }
    }
  }

  /// Recordings that are whole and no clips yet, oldest first: a crash came between.
  public func interrupted() throws -> [Recording] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM recordings WHERE state = 'complete' ORDER BY updated_at")
        .map(Recording.init(row:))
    }
  }
}
