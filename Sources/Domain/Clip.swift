public import Foundation

/// A recording whose bytes are durable on disk, untouched since they arrived.
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

  public init(
    id: ID<Clip>, ownerID: ID<Owner>, path: String, originalName: String, byteCount: Int, sha1: String,
    sha256: String, durationSeconds: Double?, createdAt: Date
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
  }
}
