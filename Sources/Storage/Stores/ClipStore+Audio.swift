public import Domain
public import Foundation
import GRDB

extension ClipStore {
  /// Clips whose bytes should be on disk, oldest first.
  public func withAudio() throws -> [Clip] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM clips WHERE purged_at IS NULL ORDER BY created_at, rowid")
        .map(Clip.init(row:))
    }
  }

  /// How many clips were found without their file.
  public func missingCount() throws -> Int {
    try connection.read {
      try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM clips WHERE missing_at IS NOT NULL") ?? 0
    }
  }

  /// Which of these paths, relative to the data folder, belong to a clip whose bytes were purged: files that the purge
  /// did not come to remove.
  public func purged(paths: Set<String>) throws -> Set<String> {
    try connection.read { db in
      let statement = try db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM clips WHERE path = ? AND purged_at IS NOT NULL)")
      return try paths.filter { try Bool.fetchOne(statement, arguments: [$0]) ?? false }
    }
  }

  /// Flags a clip whose file is gone, with the event `clip.missing`, and gives up its jobs that wait for it.
  /// - Parameter reason: the jobs' error.
  /// - Returns: false where the clip is flagged already, or was purged; nothing is written then.
  @discardableResult
  public func markMissing(_ id: ID<Clip>, reason: String) throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          UPDATE clips SET missing_at = :now WHERE id = :id AND missing_at IS NULL AND purged_at IS NULL RETURNING *
          """,
        arguments: ["now": now, "id": id.rawValue])
      guard let row else { return false }
      try Self.record(db, "missing", Clip(row: row), at: now)
      try JobStore.giveUpWaiting(db, clipID: id, error: reason, at: now)
      return true
    }
  }

  /// Takes the flag back from a clip whose file is there again, with the event `clip.restored`.
  /// - Returns: false where it was not flagged.
  @discardableResult
  public func markPresent(_ id: ID<Clip>) throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      let row = try Row.fetchOne(
        db, sql: "UPDATE clips SET missing_at = NULL WHERE id = ? AND missing_at IS NOT NULL RETURNING *",
        arguments: [id.rawValue])
      guard let row else { return false }
      try Self.record(db, "restored", Clip(row: row), at: now)
      return true
    }
  }

  /// Clips with audio that are old enough for retention to look at, oldest first. Whether it may go, ``purge(_:_:)``
  /// decides.
  public func retentionCandidates(takenInBefore horizon: Date) throws -> [ID<Clip>] {
    try connection.read { db in
      // The note and its synced entry are looked for here so that a long backlog is not read one by one.
      try Row.fetchAll(
        db,
        sql: """
          SELECT clips.id, clips.created_at FROM clips JOIN notes ON notes.clip_id = clips.id
          WHERE purged_at IS NULL AND clips.created_at <= :horizon
            AND EXISTS (SELECT 1 FROM outbox WHERE outbox.note_id = notes.id AND outbox.state = 'synced')
          UNION
          SELECT id, created_at FROM clips
          WHERE discarded_at IS NOT NULL AND purged_at IS NULL AND created_at <= :horizon
          ORDER BY 2
          """,
        arguments: ["horizon": horizon.unixMilliseconds]
      ).map { $0.id("id") }
    }
  }

  /// Lets go of a clip's audio where retention allows it: marks the row, with the event `clip.purged`, before anybody
  /// removes the file.
  /// - Returns: the clip whose file may be removed now, nil where it has to be kept.
  public func purge(_ id: ID<Clip>, _ retention: AudioRetention) throws -> Clip? {
    let now = connection.now
    return try connection.write { db in
      guard let clip = try Self.find(db, id), clip.purgedAt == nil else { return nil }
      let progress = try ClipProgress(db, clip)
      guard retention.allowsPurge(of: progress, now: Date(unixMilliseconds: now)) else { return nil }
      try db.execute(
        sql: "UPDATE clips SET purged_at = ?, missing_at = NULL WHERE id = ?", arguments: [now, id.rawValue])
      try Self.record(db, "purged", clip, at: now)
      return try Self.find(db, id)
    }
  }
}
