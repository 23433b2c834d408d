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
    try willDo(.writeTemporary)
    try WholeFile.replace(
      file, willRename: { try willDo(.rename) }, didRename: { try willDo(.syncFolder) }, { try $0(data) })
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
}
