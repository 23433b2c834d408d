import Foundation

/// A file that is written at its end and can be brought to the disk.
///
/// Not for several threads at once.
final class DurableFile {
  private let path: String
  private let descriptor: Int32
  private(set) var size: Int

  /// Opens the file, making it where it is missing. A link in its place is refused.
  init(_ file: URL) throws(ModelStoreError) {
    path = file.path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw ModelStoreError(errno: errno, path: path) }
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 0 else {
      let code = errno
      close(descriptor)
      throw ModelStoreError(errno: code, path: path)
    }
    size = Int(end)
  }

  deinit {
    close(descriptor)
  }

  func append(_ data: Data) throws(ModelStoreError) {
    var rest = data[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno != EINTR { throw ModelStoreError(errno: errno, path: path) }
      rest = rest.dropFirst(max(0, written))
      size += max(0, written)
    }
  }

  func empty() throws(ModelStoreError) {
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw ModelStoreError(errno: errno, path: path)
    }
    size = 0
  }

  func sync() throws(ModelStoreError) {
    guard fsync(descriptor) == 0 else { throw ModelStoreError(errno: errno, path: path) }
  }

  /// Puts a small file into its place, whole or not at all.
  static func replace(_ file: URL, with data: Data) throws(ModelStoreError) {
    let fresh = file.appendingPathExtension("new")
    let writer = try DurableFile(fresh)
    try writer.empty()
    try writer.append(data)
    try writer.sync()
    guard rename(fresh.path, file.path) == 0 else { throw ModelStoreError(errno: errno, path: file.path) }
  }

  /// Makes names in a folder survive a power cut.
  static func sync(folder: URL) throws(ModelStoreError) {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ModelStoreError(errno: errno, path: folder.path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw ModelStoreError(errno: errno, path: folder.path) }
  }
}

extension ModelStoreError {
  /// What a failed system call on a file means.
  init(errno code: Int32, path: String) {
    self =
      code == ENOSPC || code == EDQUOT
      ? .diskFull(path: path) : .unwritable(path: path, reason: String(cString: strerror(code)))
  }
}
