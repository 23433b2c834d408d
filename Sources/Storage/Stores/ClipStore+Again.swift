public import Domain
import GRDB

extension ClipStore {
  /// What came of asking for another transcript.
  public enum AgainResult: Sendable, Equatable {
    /// A job was added; its transcript will be kept beside those that are there.
    case queued(Clip, Job)
    /// A job of this kind still waits or runs; nothing was added.
    case pending(Clip, JobState)
    /// The newest job was given up: it has to be started again, no second one was added.
    case dead(Clip)
    /// The bytes were purged, and no copy was offered.
    case purged(Clip)
  }

  /// Queues a clip's transcription once more. Where its bytes were purged, the clip takes over the copy offered.
  /// - Parameter copyPath: where the same bytes are durable now, relative to the data folder. The clip names it
  ///   afterwards, or the caller may remove it.
  public func transcribeAgain(
    _ id: ID<Clip>, copyPath: String?, jobKind: JobKind, maxAttempts: Int
  ) throws -> AgainResult? {
    let now = connection.now
    return try connection.write { db in
      guard var clip = try Self.find(db, id) else { return nil }
      if clip.purgedAt != nil {
        guard let copyPath else { return .purged(clip) }
        clip = try Self.takeOver(db, clip, path: copyPath, at: now)
      }
      switch try Self.newestJob(db, clip, jobKind) {
      case .some(let state) where state.isPending: return .pending(clip, state)
      case .dead: return .dead(clip)
      default:
        return .queued(clip, try JobStore.enqueue(db, clip: clip, kind: jobKind, maxAttempts: maxAttempts, at: now))
      }
    }
  }

  private static func newestJob(_ db: Database, _ clip: Clip, _ kind: JobKind) throws -> JobState? {
    // One that is pending counts before newer ones that are over.
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT state FROM jobs WHERE clip_id = ? AND kind = ?
        ORDER BY state IN ('available', 'running', 'retryable') DESC, created_at DESC, rowid DESC LIMIT 1
        """,
      arguments: [clip.id.rawValue, kind.rawValue])
    return try row?.state("state")
  }

  private static func takeOver(_ db: Database, _ clip: Clip, path: String, at now: Int64) throws -> Clip {
    let row = try Row.fetchOne(
      db, sql: "UPDATE clips SET path = ?, purged_at = NULL, missing_at = NULL WHERE id = ? RETURNING *",
      arguments: [path, clip.id.rawValue])
    guard let row else { return clip }
    let changed = Clip(row: row)
    try record(db, "restored", changed, at: now)
    return changed
  }
}
