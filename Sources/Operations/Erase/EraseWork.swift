import Domain
import Foundation
import Storage

/// The plan of an erasure on disk while it runs: `erasing.<id>`. It alone says who it is about, so that no row has to;
/// it is overwritten and removed as the last thing of all.
struct EraseWork {
  private static let prefix = "erasing."
  static let lockName = prefix + "lock"

  let folder: URL
  let disk: ViewDisk

  /// Whether a path below the data folder is such a file, which a search for what is left doesn't count.
  static func isOurs(_ path: String) -> Bool { path.hasPrefix(prefix) }

  func file(_ id: ID<Erasure>) -> URL { folder.appending(path: Self.prefix + id.rawValue) }

  func write(_ plan: ErasePlan, _ id: ID<Erasure>) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try disk.replace(file(id), with: try encoder.encode(plan))
  }

  /// nil where there is none, or it is no plan.
  func read(_ id: ID<Erasure>) -> ErasePlan? {
    guard let data = try? Data(contentsOf: file(id)) else { return nil }
    return try? JSONDecoder().decode(ErasePlan.self, from: data)
  }

  func shred(_ id: ID<Erasure>) throws { try shred(file(id)) }

  /// Removes the plans of erasures that never began, and what a crash left of writing one.
  func shredOthers(than known: Set<ID<Erasure>>) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let kept = Set(known.map { Self.prefix + $0.rawValue } + [Self.lockName])
    for name in names where Self.isOurs(name) && !kept.contains(name) { try shred(folder.appending(path: name)) }
  }

  private func shred(_ file: URL) throws {
    let descriptor = open(file.path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 {
      if errno == ENOENT { return }
      throw StorageError(errno: errno, path: file.path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw StorageError(errno: errno, path: file.path) }
    try WholeFile.writeAll(Data(count: Int(status.st_size)), to: descriptor, path: file.path)
    guard fsync(descriptor) == 0 else { throw StorageError(errno: errno, path: file.path) }
    try disk.remove(file)
    try FolderSync.sync(folder)
  }
}

/// Lets one process at a time erase.
final class EraseLock {
  private let descriptor: Int32

  /// - Returns: nil where another process erases.
  init?(folder: URL) throws {
    let path = folder.appending(path: EraseWork.lockName).path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: path) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      if code == EWOULDBLOCK { return nil }
      throw StorageError(errno: code, path: path)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
