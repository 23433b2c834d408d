public import Foundation

/// Why a given file has no content.
public enum GivenFileError: Error, Equatable, Sendable {
  case missing
  /// A link, where none is followed.
  case link
  /// A folder, a fifo or a device.
  case notRegular
  /// More than so many bytes.
  case tooLarge(limit: Int)
  case unreadable(reason: String)
}

/// A file that people or other programs put here. Whatever stands in its place, reading it never waits and never takes
/// more than is allowed.
public final class GivenFile {
  /// What tells a file that was changed from what it was.
  public struct Stamp: Equatable, Sendable {
    let size: Int
    /// Nanoseconds since 1970.
    let changed: Int64
    let inode: UInt64
  }

  /// As it was when it was opened.
  public let stamp: Stamp
  private let descriptor: Int32

  /// Opens it.
  public init(_ url: URL, followsLinks: Bool = true) throws(GivenFileError) {
    // Not to wait for a writer: a fifo in its place would never be one.
    descriptor = open(url.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else { throw Self.failure(followsLinks) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .notRegular
    }
    stamp = Stamp(status)
  }

  deinit { close(descriptor) }

  /// The content, to the end, which a file that grows meanwhile may move. Once only.
  /// - Parameter limit: most bytes.
  public func read(limit: Int) throws(GivenFileError) -> Data {
    guard stamp.size <= limit else { throw .tooLarge(limit: limit) }
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(true) }
      if count == 0 { return data }
      data += buffer.prefix(count)
      guard data.count <= limit else { throw .tooLarge(limit: limit) }
    }
  }

  private static func failure(_ followsLinks: Bool) -> GivenFileError {
    switch errno {
    case ENOENT: .missing
    case ELOOP where !followsLinks: .link
    default: .unreadable(reason: String(cString: strerror(errno)))
    }
  }
}

extension GivenFile.Stamp {
  fileprivate init(_ status: stat) {
    #if os(Linux)
      let time = status.st_mtim
    #else
      let time = status.st_mtimespec
    #endif
    size = Int(status.st_size)
    changed = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    inode = UInt64(status.st_ino)
  }
}
