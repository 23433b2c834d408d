import Foundation
import Storage

/// A file that is taken in or looked at again, read in chunks.
struct SourceFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Opens a regular file; a pipe or device is refused without waiting for it.
  init(_ path: String, followsLinks: Bool = true) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else { throw Self.failure(errno, path) }
    do {
      try Self.insistOnRegularFile(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit {
    close(descriptor)
  }

  /// What changes when somebody writes to the file.
  struct Version: Equatable {
    let byteCount: Int
    let modified: [Int]
  }

  func version() throws -> Version {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(errno, path) }
    return Version(byteCount: Int(status.st_size), modified: [status.modified.tv_sec, status.modified.tv_nsec])
  }

  /// The next bytes, at most as many as asked for; empty at the end.
  func read(upTo count: Int) throws -> Data {
    var data = Data(count: count)
    while true {
      let got = data.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, count) }
      if got >= 0 { return data.prefix(got) }
      if errno != EINTR { throw Self.failure(errno, path) }
    }
  }

  /// Hands over every byte in order, in pieces of 256 KiB at most that are valid during the call only.
  func readAll(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      let got = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if got == 0 { return }
      if got > 0 {
        try take(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
      } else if errno != EINTR {
        throw Self.failure(errno, path)
      }
    }
  }

  /// Puts on disk what others wrote to the file.
  func sync() throws {
    guard fsync(descriptor) == 0 else { throw Self.failure(errno, path) }
  }

  private static func insistOnRegularFile(_ descriptor: Int32, _ path: String) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno, path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw CaptureError.isFolder(path: path)
    default: throw CaptureError.notARegularFile(path: path)
    }
  }

  private static func failure(_ code: Int32, _ path: String) -> CaptureError {
    switch code {
    case ENOENT, ENOTDIR: .missing(path: path)
    case EISDIR: .isFolder(path: path)
    case ENXIO: .notARegularFile(path: path)
    default: .unreadable(path: path, reason: String(cString: strerror(code)))
    }
  }
}

extension stat {
  /// When the file was last written to, as each system calls it.
  var modified: timespec {
    #if canImport(Darwin)
      st_mtimespec
    #else
      st_mtim
    #endif
  }
}
