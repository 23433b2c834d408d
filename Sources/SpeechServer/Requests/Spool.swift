import Crypto
import Foundation
import Serving
import Synchronization

/// Where uploads lie while they are worked on: a folder of this process in the data folder, private to its user.
final class Spool: Sendable {
  private let folder: URL

  /// Removes what processes left that are gone.
  /// - Throws: what keeps it from making its folder.
  init(in parent: URL) throws {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: parent.path)) ?? [] {
      if let pid = Int32(name), kill(pid, 0) == 0 || errno == EPERM, pid != getpid() { continue }
      try? files.removeItem(at: parent.appending(path: name))
    }
    folder = parent.appending(path: String(getpid()))
    try files.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func makeFile(limit: Int) throws -> SpooledFile {
    try SpooledFile(folder.appending(path: Secrets.token()), limit: limit)
  }
}

/// An upload on disk; gone when nobody holds it any more.
final class SpooledFile: Sendable {
  let url: URL
  private let limit: Int
  private let descriptor: Int32
  private let progress = Mutex((count: 0, hash: SHA256()))

  fileprivate init(_ url: URL, limit: Int) throws {
    self.url = url
    self.limit = limit
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.diskFails }
  }

  deinit {
    close(descriptor)
    unlink(url.path)
  }

  private static let diskFails = APIError.server("The disk can't take the upload now. Try again later.")

  var byteCount: Int { progress.withLock { $0.count } }
  /// SHA-256 of all that came.
  var hash: Data { progress.withLock { Data($0.hash.finalize()) } }

  /// - Throws: ``APIError`` beyond the limit, and where the disk fails.
  func write(_ bytes: Data) throws {
    let total = progress.withLock { progress in
      progress.count += bytes.count
      progress.hash.update(data: bytes)
      return progress.count
    }
    guard total <= limit else { throw APIError.tooLarge(limit: limit) }
    try bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let written = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        guard written > 0 || errno == EINTR else { throw Self.diskFails }
        rest = rest.dropFirst(max(0, written))
      }
    }
  }
}
