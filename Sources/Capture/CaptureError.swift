/// Why a file was not taken in. Failures of the data folder itself are `StorageError`s.
public enum CaptureError: Error, Equatable, Sendable {
  case missing(path: String)
  case isFolder(path: String)
  /// A device, pipe or socket.
  case notARegularFile(path: String)
  case empty(path: String)
  /// - limit: the most bytes that are accepted.
  case tooLarge(path: String, limit: Int)
  case unreadable(path: String, reason: String)
}
