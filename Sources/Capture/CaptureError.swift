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
  /// The bytes that came are not those that were announced.
  case damagedOnTheWay
  /// Other bytes are kept under this number.
  case chunkTaken(number: Int)
  /// A chunk is no whole number of samples, or its number is out of range.
  case notAChunk
  /// A recording takes no more chunks: its length was declared.
  case recordingClosed
  /// - limit: most seconds of a recording.
  case recordingTooLong(limit: Int)
  /// Chunks that are not here, or not as they were; those that come again heal it.
  case chunksMissing([Int])
  /// Number, samples or hash that were declared are not those of the chunks that are here.
  case notAsDeclared
  /// Nothing of a recording is here.
  case nothingRecorded
}
