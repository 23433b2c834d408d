public import Foundation
import SpeechEngine

/// A model that was found on this machine.
public struct FoundModel: Sendable, Equatable {
  /// What people call it: `base`, `demo-en`, or a folder's name.
  public let name: String
  public let folder: URL
  /// The small model that ships with FieldOS, trained on synthetic voices: it shows the road, it doesn't recognise people.
  public let isDemo: Bool
}

/// Finds models by name or path. Nothing is downloaded.
public struct ModelCatalog: Sendable {
  public static let demoName = "demo-en"
  public static let defaultName = "base"
  private let locations: ModelLocations

  public init(_ locations: ModelLocations) { self.locations = locations }

  /// Looks for a path first, then in `<models>/NAME`, `<models>/faster-whisper/NAME`, and the hub's cache.
  /// - Parameter name: a folder's path, `demo-en`, a folder's name, a name that faster-whisper knows (`base`, `small.en`,
  ///   `turbo`, …) or `organisation/repository`; nil takes `base` where it is present and the demo model otherwise.
  /// - Throws: ``ModelStoreError``.
  public func find(_ name: String?) throws(ModelStoreError) -> FoundModel {
    guard let name else {
      if let found = find(downloaded: Self.defaultName) { return found }
      return try demo()
    }
    if name == Self.demoName { return try demo() }
    if let found = find(path: name) ?? find(downloaded: name) { return found }
    // A path that is no model folder is still what was asked for: loading it says what is wrong with it.
    guard name.contains("/"), (try? ModelName(name)) == nil else { throw .notFound(name: name) }
    return named(URL(filePath: name))
  }

  private func demo() throws(ModelStoreError) -> FoundModel {
    guard let folder = locations.demo, Self.isModel(folder) else { throw .demoMissing }
    return FoundModel(name: Self.demoName, folder: folder, isDemo: true)
  }

  private func find(path: String) -> FoundModel? {
    let folder = URL(filePath: path)
    let isThere = path.contains("/") && FileManager.default.fileExists(atPath: folder.path)
    return isThere || Self.isModel(folder) ? named(folder) : nil
  }

  private func named(_ folder: URL) -> FoundModel {
    FoundModel(name: folder.lastPathComponent, folder: folder, isDemo: folder.lastPathComponent == Self.demoName)
  }

  private func find(downloaded name: String) -> FoundModel? {
    candidates(for: name).first(where: Self.isModel).map { FoundModel(name: name, folder: $0, isDemo: false) }
  }

  /// Folders that may hold a model of this name, likeliest first.
  private func candidates(for name: String) -> [URL] {
    guard let known = try? ModelName(name) else {
      guard ModelName.isPlain(name) else { return [] }
      return [locations.models, locations.pulled].map { $0.appending(path: name) }
    }
    let cached = locations.hubCache.map { HubCache($0).snapshots(of: known.repository) } ?? []
    return locations.ownFolders(for: known) + cached
  }

  static func isModel(_ folder: URL) -> Bool { ModelSummary.isModel(folder) }
}
