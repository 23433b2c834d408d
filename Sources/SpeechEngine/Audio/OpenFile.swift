package import Foundation

/// A regular file that is open for reading at any place, from several threads at once. Its name may go meanwhile.
package final class OpenFile: Sendable {
  let url: URL
  /// Bytes when it was opened.
  package let size: Int
  private let descriptor: Int32

  /// - Throws: `notFound`, `isFolder`, `unreadable`; a pipe or device is never opened.
  package init(_ url: URL) throws(AudioError) {
    _ = try Self.checkedStatus(url) { stat(url.path, &$0) }
    // Were it exchanged for a pipe right now, opening would not wait for a writer.
    let descriptor = open(url.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(url) }
    do throws(AudioError) {
      size = Int(try Self.checkedStatus(url) { fstat(descriptor, &$0) }.st_size)
    } catch {
      close(descriptor)
      throw error
    }
    self.url = url
    self.descriptor = descriptor
  }

  /// Takes over an open descriptor; `url` names it in errors.
  init(descriptor: Int32, size: Int, url: URL) {
    self.descriptor = descriptor
    self.size = size
    self.url = url
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on.
  /// - Throws: `unreadable` where the file has become shorter, or on an error of the disk.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(AudioError) {
    guard try readUpTo(buffer, at: offset) == buffer.count else {
      throw .unreadable(url, reason: "it became shorter while it was read")
    }
  }

  /// Up to `count` bytes from `offset` on, fewer at the end.
  package func bytes(at offset: Int, upTo count: Int) throws(AudioError) -> [UInt8] {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { bytes.deallocate() }
    return Array(bytes.prefix(try readUpTo(bytes, at: offset)))
  }

  private func readUpTo(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(AudioError) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      if got < 0 { throw Self.failure(url) }
      if got == 0 { break }
      done += got
    }
    return done
  }

  private static func checkedStatus(_ url: URL, _ ask: (inout stat) -> Int32) throws(AudioError) -> stat {
    var status = stat()
    guard ask(&status) == 0 else { throw failure(url) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return status
    case S_IFDIR: throw .isFolder(url)
    default: throw .unreadable(url, reason: "a device or pipe, not a file")
    }
  }

  private static func failure(_ url: URL) -> AudioError {
    errno == ENOENT || errno == ENOTDIR ? .notFound(url) : .unreadable(url, reason: String(cString: strerror(errno)))
  }
}
