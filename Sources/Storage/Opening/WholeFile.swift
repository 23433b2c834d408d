public import Foundation

/// Files that are put in place whole: at every instant the name holds the old bytes or the new ones.
public enum WholeFile {
  /// Writes a file anew, durably. What a crash leaves of the unfinished copy is written over the next time.
  /// - Parameters:
  ///   - willRename: called when the copy is whole.
  ///   - didRename: called when it has the name.
  ///   - body: hands over all bytes, in pieces.
  /// - Throws: ``StorageError``, or what the closures throw.
  public static func replace(
    _ file: URL, willRename: () throws -> Void = {}, didRename: () throws -> Void = {},
    _ body: (@escaping (Data) throws -> Void) throws -> Void
  ) throws {
    let temporary = temporary(of: file)
    try write(temporary, mode: mode(of: file), body)
    try willRename()
    guard rename(temporary.path, file.path) == 0 else { throw StorageError(errno: errno, path: file.path) }
    try didRename()
    try FolderSync.sync(file.deletingLastPathComponent())
  }

  public static func temporary(of file: URL) -> URL {
    file.deletingLastPathComponent().appending(path: file.lastPathComponent + ".tmp")
  }

  /// Writes bytes to a descriptor: in one call where the disk takes everything at once, which it does unless it is full.
  public static func writeAll(_ data: Data, to descriptor: Int32, path: String) throws {
    try data.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0 && errno == EINTR { continue }
        guard written >= 0 else { throw StorageError(errno: errno, path: path) }
        rest = rest.dropFirst(written)
      }
    }
  }

  private static func write(_ file: URL, mode: mode_t, _ body: (@escaping (Data) throws -> Void) throws -> Void) throws
  {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: file.path) }
    defer { close(descriptor) }
    guard fchmod(descriptor, mode) == 0 else { throw StorageError(errno: errno, path: file.path) }
    try body { try writeAll($0, to: descriptor, path: file.path) }
    guard fsync(descriptor) == 0 else { throw StorageError(errno: errno, path: file.path) }
  }

  /// A file that others may read stays readable for them; a new one is its user's alone.
  private static func mode(of file: URL) -> mode_t {
    var status = stat()
    return stat(file.path, &status) == 0 ? status.st_mode & 0o777 : 0o600
  }
}
