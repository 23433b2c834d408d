public import Foundation

/// Removes models that a pull brought.
public struct ModelRemoval: Sendable {
  /// What would go.
  public struct Plan: Sendable, Equatable {
    public let name: String
    public let folders: [URL]
    public let bytes: Int
  }

  private let locations: ModelLocations

  public init(_ locations: ModelLocations) { self.locations = locations }

  /// - Parameters:
  ///   - fromHubCache: take it out of the hub's cache, which other programs share, and not out of the data folder.
  ///   - force: also a model in the data folder that no pull put there.
  /// - Throws: ``ModelStoreError``.
  public func plan(_ name: String, fromHubCache: Bool = false, force: Bool = false) throws(ModelStoreError) -> Plan {
    guard name != ModelCatalog.demoName else { throw .demoStays }
    let known = try? ModelName(name)
    let cached = known.flatMap { known in locations.hubCache.map { HubCache($0).folder(of: known.repository) } }
    let isCached = cached.map { FileManager.default.fileExists(atPath: $0.path) } ?? false
    if fromHubCache {
      guard let cached, isCached else { throw .notFound(name: name) }
      return plan(name, [cached])
    }
    let folders = ownFolders(name, known).filter(Self.isFolder)
    if let folder = folders.first(where: { $0.pathExtension != PartialFolder.suffix }), !force,
      ModelManifest(in: folder) == nil
    {
      throw .notPulled(path: folder.path)
    }
    guard !folders.isEmpty else {
      if let cached, isCached { throw .inHubCache(name: name, path: cached.path) }
      throw .notFound(name: name)
    }
    return plan(name, folders)
  }

  /// - Throws: ``ModelStoreError``.
  public func carryOut(_ plan: Plan) throws {
    for folder in plan.folders {
      let isPartial = folder.pathExtension == PartialFolder.suffix
      let isPulled = folder.deletingLastPathComponent().lastPathComponent == locations.pulled.lastPathComponent
      // A pull of it holds this lock.
      let partial = isPartial ? folder : PartialFolder.url(for: folder)
      let lock = isPartial || isPulled ? try FolderLock(making: partial) : nil
      try withExtendedLifetime(lock) {
        try Self.remove(folder)
        if lock != nil { try Self.remove(partial) }
      }
    }
  }

  /// Takes the folder's name away first: what a crash leaves is no model.
  static func remove(_ folder: URL) throws {
    let doomed = folder.appendingPathExtension("removing")
    try? FileManager.default.removeItem(at: doomed)
    guard rename(folder.path, doomed.path) == 0 else {
      if errno == ENOENT { return }
      throw ModelStoreError(errno: errno, path: folder.path)
    }
    do {
      try FileManager.default.removeItem(at: doomed)
    } catch {
      throw ModelStoreError.unwritable(path: doomed.path, reason: "it can't be removed")
    }
  }

  /// The model's folder and what a pull of it has begun.
  private func ownFolders(_ name: String, _ known: ModelName?) -> [URL] {
    if let known {
      let folder = locations.ownFolders(for: known).first(where: ModelCatalog.isModel)
      let partial = PartialFolder.url(for: locations.pulled.appending(path: known.folder))
      return (folder.map { [$0] } ?? []) + [partial]
    }
    guard ModelName.isPlain(name) else { return [] }
    return [locations.models, locations.pulled].map { $0.appending(path: name) }.filter(ModelCatalog.isModel)
  }

  private func plan(_ name: String, _ folders: [URL]) -> Plan {
    Plan(name: name, folders: folders, bytes: folders.reduce(0) { $0 + Self.bytes(in: $1) })
  }

  /// A link to a folder elsewhere is not ours to follow.
  private static func isFolder(_ url: URL) -> Bool {
    var status = stat()
    return lstat(url.path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Bytes of everything below a folder, links not followed.
  private static func bytes(in folder: URL) -> Int {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
    return paths.reduce(0) { sum, path in
      var status = stat()
      guard lstat(folder.appending(path: path).path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        return sum
      }
      return sum + Int(status.st_size)
    }
  }
}
