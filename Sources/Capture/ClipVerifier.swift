public import Domain
public import Foundation

/// Proves that a stored recording is still what was taken in.
public struct ClipVerifier: Sendable {
  private let dataDirectory: URL

  public init(dataDirectory: URL) {
    self.dataDirectory = dataDirectory
  }

  /// Reads the whole file and compares its length and SHA-256 with the row's.
  /// - Throws: ``CaptureError/purged(path:at:)``, ``CaptureError/gone(path:)``, ``CaptureError/altered(path:)``, none of
  ///   which another try cures; other ``CaptureError``s where the file can't be read.
  public func verify(_ clip: Clip) throws {
    if let purgedAt = clip.purgedAt { throw CaptureError.purged(path: clip.path, at: purgedAt) }
    let file = dataDirectory.appending(path: clip.path)
    var status = stat()
    guard lstat(file.path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw CaptureError.gone(path: file.path) }
      throw CaptureError.unreadable(path: file.path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) == clip.byteCount,
      try AudioFingerprint(of: file.path).sha256 == clip.sha256
    else { throw CaptureError.altered(path: file.path) }
  }

  /// Whether ``verify(_:)`` finds nothing wrong.
  func isWhole(_ clip: Clip) -> Bool {
    do {
      try verify(clip)
      return true
    } catch {
      return false
    }
  }
}
