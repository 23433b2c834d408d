public import Foundation

/// Why a file was not taken in, or a stored recording can't be used. Failures of the data folder itself are
/// `StorageError`s.
public enum CaptureError: Error, Equatable, Sendable {
  case missing(path: String)
  case isFolder(path: String)
  /// A device, pipe or socket.
  case notARegularFile(path: String)
  case empty(path: String)
  /// - limit: the most bytes that are accepted.
  case tooLarge(path: String, limit: Int)
  case unreadable(path: String, reason: String)
  /// It grew, shrank or was written to while it was copied: nobody knows which of its states the copy holds.
  case changedWhileRead(path: String)
  /// A stored recording is not where its row says.
  case gone(path: String)
  /// A stored recording was let go of by retention.
  case purged(path: String, at: Date)
  /// A stored recording's bytes are not those that were taken in.
  case altered(path: String)
}
