import Foundation
import Storage

/// The file that is taken in, read in chunks.
struct SourceFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// Opens a regular file; a pipe or device is refused without waiting for it.
  init(_ file: URL) throws {
    path = file.path
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
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

  /// The next bytes, at most as many as asked for; empty at the end.
  func read(upTo count: Int) throws -> Data {
    var data = Data(count: count)
    while true {
      let got = data.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, count) }
      if got >= 0 { return data.prefix(got) }
      if errno != EINTR { throw Self.failure(errno, path) }
    }
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
