public import Foundation
import SpeechEngine

/// A model on this machine as a list shows it.
public struct ListedModel: Sendable, Equatable {
  public enum Source: String, Sendable, CaseIterable {
    case demo
    /// In `<data folder>/models`, put there by hand.
    case own
    case pulled
    case hubCache = "hub cache"
  }

  public enum State: String, Sendable {
    /// Its checksums were right when it was pulled, and its sizes are right now.
    case verified
    /// Sizes differ from the pull's record, or the engine can't open it.
    case damaged
    /// Opens; there is no record to hold it against.
    case unverified
    /// A pull that has not come to its end.
    case unfinished
  }

  public let name: String
  public let folder: URL
  public let source: Source
  public let bytes: Int
  /// How most weights are stored, such as `float16`; nil where that can't be read.
  public let stored: String?
  public let state: State
}

/// Lists the models of this machine.
public struct ModelInventory: Sendable {
  private let locations: ModelLocations

  public init(_ locations: ModelLocations) { self.locations = locations }

  /// The demo model, those in the data folder, pulled ones and those of the hub's cache. Folders without a `model.bin`
  /// are no models.
  public func all() -> [ListedModel] {
    let demo = locations.demo.map { [$0] } ?? []
    return demo.compactMap { listed($0, ModelCatalog.demoName, .demo) }
      + folders(in: locations.models).compactMap { listed($0, $0.lastPathComponent, .own) }
      + folders(in: locations.pulled).compactMap { pulled($0) } + cached()
  }

  private func folders(in parent: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    return names.sorted().map { parent.appending(path: $0) }.filter { $0.pathExtension != "removing" }
  }

  private func pulled(_ folder: URL) -> ListedModel? {
    let isPartial = folder.pathExtension == PartialFolder.suffix
    let stem = isPartial ? folder.deletingPathExtension().lastPathComponent : folder.lastPathComponent
    // `organisation--repository`
    let name = stem.replacing("--", with: "/", maxReplacements: 1)
    guard isPartial else { return listed(folder, name, .pulled) }
    let bytes = ModelFiles.bytes(in: folder)
    // A pull that never got a byte leaves an empty folder: nobody needs to know.
    guard bytes > 0 else { return nil }
    return ListedModel(name: name, folder: folder, source: .pulled, bytes: bytes, stored: nil, state: .unfinished)
  }

  private func cached() -> [ListedModel] {
    guard let cache = locations.hubCache.map(HubCache.init) else { return [] }
    return cache.repositories().compactMap { repository in
      guard let folder = cache.snapshots(of: repository).first else { return nil }
      return listed(folder, HubNames.names(of: repository).first ?? repository, .hubCache)
    }
  }

  private func listed(_ folder: URL, _ name: String, _ source: ListedModel.Source) -> ListedModel? {
    guard ModelCatalog.isModel(folder) else { return nil }
    let summary = try? ModelSummary(folder: folder)
    let manifest = ModelManifest(in: folder)
    let isWhole = summary != nil && manifest?.sizesMatch(in: folder) != false
    let state: ListedModel.State = !isWhole ? .damaged : manifest == nil ? .unverified : .verified
    return ListedModel(
      name: name, folder: folder, source: source, bytes: ModelFiles.bytes(in: folder), stored: summary?.storedType,
      state: state)
  }
}
