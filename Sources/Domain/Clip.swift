public import Foundation

/// A recording whose bytes are durable on disk, untouched since they arrived, until retention lets go of them.
public struct Clip: Sendable, Equatable, Identifiable {
  public let id: ID<Clip>
  public let ownerID: ID<Owner>
  /// Where the bytes are, relative to the data folder: `audio_cache/clip_<unix seconds>_<8 hex>.<ext>`.
  public let path: String
  /// What the file was called when it came in; shown to people, never used as a path.
  public let originalName: String
  /// Length of the file in bytes, more than 0.
  public let byteCount: Int
  /// SHA-1 of the bytes, 40 lower-case hex digits: the guard against taking a clip twice.
  public let sha1: String
  /// SHA-256 of the bytes, 64 lower-case hex digits: the proof that they are still the same.
  public let sha256: String
  /// Length in seconds where it could be read, else nil.
  public let durationSeconds: Double?
  /// When the clip was taken in, to the millisecond.
  public let createdAt: Date
  /// When retention let go of the bytes, nil while they are kept. The row, its transcripts and its note stay.
  public let purgedAt: Date?
  /// When a sweep found the file gone, nil where it is there or was purged.
  public let missingAt: Date?

  public init(
    id: ID<Clip>, ownerID: ID<Owner>, path: String, originalName: String, byteCount: Int, sha1: String,
    sha256: String, durationSeconds: Double?, createdAt: Date, purgedAt: Date? = nil, missingAt: Date? = nil
  ) {
    self.id = id
    self.ownerID = ownerID
    self.path = path
    self.originalName = originalName
    self.byteCount = byteCount
    self.sha1 = sha1
    self.sha256 = sha256
    self.durationSeconds = durationSeconds
    self.createdAt = createdAt
    self.purgedAt = purgedAt
    self.missingAt = missingAt
  }
}
