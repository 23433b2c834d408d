import Foundation

/// `<model>.partial`: where a pull collects a model, under a lock, until all of it is there and checked.
struct PartialFolder {
  static let suffix = "partial"
  /// Room that a pull leaves on the disk, beside what it needs: 64 MiB, for notes and recordings.
  private static let reserve = 64 << 20
  /// Names the commit that the bytes are of.
  private static let note = "pull.txt"

  let url: URL
  private let final: URL
  private let lock: FolderLock

  /// - Throws: ``ModelStoreError/locked(path:)`` where another process is at it, ``ModelStoreError/notPulled(path:)`` where
  ///   the place is taken by a model that somebody else put there.
  init(for final: URL) throws {
    let isOurs = ModelManifest(in: final) != nil || ModelFiles.names(in: final).isEmpty
    guard isOurs else { throw ModelStoreError.notPulled(path: final.path) }
    let parent = final.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(
        at: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw ModelStoreError.unwritable(path: parent.path, reason: "the folder can't be made")
    }
    self.final = final
    url = Self.url(for: final)
    lock = try FolderLock(making: url)
  }

  static func url(for final: URL) -> URL { final.appendingPathExtension(suffix) }

  /// Clears what belongs to another commit: its bytes can't be gone on with.
  func begin(_ snapshot: HubSnapshot) throws {
    let note = url.appending(path: Self.note)
    let wanted = Data("\(snapshot.repository) \(snapshot.commit)\n".utf8)
    if (try? Data(contentsOf: note)) != wanted {
      for name in try FileManager.default.contentsOfDirectory(atPath: url.path) {
        try FileManager.default.removeItem(at: url.appending(path: name))
      }
      try DurableFile.replace(note, with: wanted)
    }
  }

  /// Bytes of a file that an earlier pull left.
  func kept(_ name: String) -> Int { ModelFiles.size(of: url.appending(path: name)) ?? 0 }

  func requireRoom(for bytes: Int) throws(ModelStoreError) {
    var disk = statvfs()
    guard bytes > 0, statvfs(url.path, &disk) == 0 else { return }
    let free = Int(disk.f_bavail) * Int(disk.f_frsize)
    guard free >= bytes + Self.reserve else {
      throw .noRoom(path: url.path, neededBytes: bytes + Self.reserve, freeBytes: free)
    }
  }

  /// Gives the folder its real name: from then on it is a model.
  func finish(_ manifest: ModelManifest) throws {
    try DurableFile.replace(url.appending(path: ModelManifest.fileName), with: manifest.json())
    try DurableFile.sync(folder: url)
    let parent = final.deletingLastPathComponent()
    // An older pull goes first: a folder can't be renamed onto one that isn't empty.
    try ModelRemoval.remove(final)
    guard rename(url.path, final.path) == 0 else { throw ModelStoreError(errno: errno, path: final.path) }
    try? FileManager.default.removeItem(at: final.appending(path: Self.note))
    try DurableFile.sync(folder: parent)
  }
}
