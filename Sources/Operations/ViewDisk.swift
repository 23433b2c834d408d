import Foundation
import Storage

/// Every change that views make to files, in steps: tests interrupt the work before each of them.
package struct ViewDisk: Sendable {
  package enum Step: Sendable, Equatable {
    case append, syncLog, truncate
    case writeTemporary, rename, syncFolder, remove, commit
  }

  /// Called before a step; a throw stands for the process's end.
  private let willDo: @Sendable (Step) throws -> Void

  package init(willDo: @escaping @Sendable (Step) throws -> Void = { _ in }) {
    self.willDo = willDo
  }

  func step(_ step: Step) throws { try willDo(step) }

  /// Puts a file in place whole: at every instant the name holds the old bytes or the new ones. What a crash leaves of
  /// the unfinished copy is written over the next time.
  func replace(_ file: URL, with data: Data) throws {
    let temporary = Self.temporary(of: file)
    try willDo(.writeTemporary)
    try write(data, to: temporary, mode: Self.mode(of: file))
    try rename(temporary, to: file)
  }

  /// Renames, durably. What had the name is replaced.
  func rename(_ file: URL, to target: URL) throws {
    try willDo(.rename)
    guard Foundation.rename(file.path, target.path) == 0 else { throw StorageError(errno: errno, path: target.path) }
    try willDo(.syncFolder)
    try FolderSync.sync(target.deletingLastPathComponent())
  }

  /// Removes a file if it is there.
  func remove(_ file: URL) throws {
    try willDo(.remove)
    guard unlink(file.path) == 0 || errno == ENOENT else { throw StorageError(errno: errno, path: file.path) }
  }

  static func temporary(of file: URL) -> URL {
    file.deletingLastPathComponent().appending(path: file.lastPathComponent + ".tmp")
  }

  private func write(_ data: Data, to file: URL, mode: mode_t) throws {
    let descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: file.path) }
    defer { close(descriptor) }
    guard fchmod(descriptor, mode) == 0 else { throw StorageError(errno: errno, path: file.path) }
    try Self.writeAll(data, to: descriptor, path: file.path)
    guard fsync(descriptor) == 0 else { throw StorageError(errno: errno, path: file.path) }
  }

  /// One write() where the disk takes everything at once, which it does unless it is full.
  static func writeAll(_ data: Data, to descriptor: Int32, path: String) throws {
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

  /// A file that others may read stays readable for them; a new one is its user's alone.
  private static func mode(of file: URL) -> mode_t {
    var status = stat()
    return stat(file.path, &status) == 0 ? status.st_mode & 0o777 : 0o600
  }
}
