import Endpoints
import Foundation
import SpeechEngine

/// Brings a model from the hub into `<models>/faster-whisper/<name>`. Interrupted at any instant, the next pull goes on
/// where it ended; the folder has its name only when all of it is there, checked and known to load.
public struct ModelPull: Sendable {
  private let locations: ModelLocations
  private let configuration: PullConfiguration
  private let report: @Sendable (PullEvent) -> Void

  public init(
    _ locations: ModelLocations, _ configuration: PullConfiguration,
    report: @escaping @Sendable (PullEvent) -> Void = { _ in }
  ) {
    self.locations = locations
    self.configuration = configuration
    self.report = report
  }

  /// - Parameter text: a short name such as `base`, or `organisation/repository`.
  /// - Throws: ``ModelStoreError``, `ModelError` for a model that the engine can't use, `CancellationError`.
  public func pull(_ text: String) async throws -> PulledModel {
    let name = try ModelName(text)
    if let present = present(name) { return present }
    if configuration.isOffline {
      throw ModelStoreError.offline(name: name.text, missing: whatIsMissing(of: name))
    }
    let final = locations.pulled.appending(path: name.folder)
    let partial = try PartialFolder(for: final)
    // Another pull may have finished while this one waited for the lock.
    if let present = present(name) { return present }
    let manifest = try await withFetcher { fetcher in
      try await download(name, into: partial, HubClient(configuration, fetcher))
    }
    _ = try ModelSummary(folder: partial.url)
    try partial.finish(manifest)
    return PulledModel(
      model: FoundModel(name: name.text, folder: final, isDemo: false), source: .downloaded,
      repository: name.repository, commit: manifest.commit, bytes: manifest.files.reduce(0) { $0 + $1.size })
  }

  private func withFetcher<Result>(_ work: (HTTPFetcher) async throws -> Result) async throws -> Result {
    let fetcher = HTTPFetcher(configuration.limits)
    do {
      let result = try await work(fetcher)
      try await fetcher.shutdown()
      return result
    } catch {
      try? await fetcher.shutdown()
      throw error
    }
  }

  private func download(
    _ name: ModelName, into partial: PartialFolder, _ client: HubClient
  ) async throws -> ModelManifest {
    let persistence = Persistence(configuration: configuration, report: report)
    let snapshot = try await persistence.run("the listing") { try await client.snapshot(of: name.repository) }
    try partial.begin(snapshot)
    var downloads: [FileDownload] = []
    for file in snapshot.files {
      let described = try await persistence.run(file.name) { try await client.described(file, of: snapshot) }
      guard let size = described.size, let digest = described.digest else {
        throw ModelStoreError.noChecksum(file: file.name)
      }
      downloads.append(
        FileDownload(
          client: client, snapshot: snapshot, name: file.name, size: size, digest: digest, folder: partial.url,
          persistence: persistence))
    }
    let files = try await run(downloads, in: partial)
    return ModelManifest(snapshot, files: files)
  }

  private func run(_ downloads: [FileDownload], in partial: PartialFolder) async throws -> [ModelManifest.File] {
    let total = downloads.reduce(0) { $0 + $1.size }
    let kept = downloads.reduce(0) { $0 + min($1.size, partial.kept($1.name)) }
    report(.begins(files: downloads.count, totalBytes: total, keptBytes: kept))
    try partial.requireRoom(for: total - kept)
    var done = 0
    var files: [ModelManifest.File] = []
    for download in downloads {
      let before = done
      let sha256 = try await download.run { report(.progress(bytes: before + $0, totalBytes: total)) }
      files.append(ModelManifest.File(name: download.name, size: download.size, sha256: sha256))
      done += download.size
      report(.completed(file: download.name, bytes: download.size))
    }
    return files
  }
}

/// What is here already.
extension ModelPull {
  private func present(_ name: ModelName) -> PulledModel? {
    if configuration.isForced { return nil }
    return locations.ownFolders(for: name).lazy.compactMap { own($0, name) }.first ?? cached(name)
  }

  private func own(_ folder: URL, _ name: ModelName) -> PulledModel? {
    guard ModelFiles.missing(from: folder).isEmpty else { return nil }
    let manifest = ModelManifest(in: folder)
    if let manifest, !manifest.sizesMatch(in: folder) { return nil }
    if let revision = configuration.revision, revision != manifest?.revision, revision != manifest?.commit {
      return nil
    }
    return PulledModel(
      model: FoundModel(name: name.text, folder: folder, isDemo: false), source: .alreadyThere,
      repository: manifest?.repository ?? name.repository, commit: manifest?.commit,
      bytes: ModelFiles.bytes(in: folder))
  }

  private func cached(_ name: ModelName) -> PulledModel? {
    guard let cache = locations.hubCache.map(HubCache.init),
      let folder = cache.snapshot(of: name.repository, revision: configuration.revision),
      ModelFiles.missing(from: folder).isEmpty
    else { return nil }
    return PulledModel(
      model: FoundModel(name: name.text, folder: folder, isDemo: false), source: .hubCache,
      repository: name.repository, commit: folder.lastPathComponent, bytes: ModelFiles.bytes(in: folder))
  }

  /// The files that the nearest thing to the model lacks; none where nothing of it is here.
  private func whatIsMissing(of name: ModelName) -> [String] {
    let partial = PartialFolder.url(for: locations.pulled.appending(path: name.folder))
    let cached = locations.hubCache.flatMap {
      HubCache($0).snapshot(of: name.repository, revision: configuration.revision)
    }
    let nearest = (locations.ownFolders(for: name) + [partial] + (cached.map { [$0] } ?? [])).first {
      !ModelFiles.names(in: $0).isEmpty
    }
    return nearest.map { ModelFiles.missing(from: $0) } ?? []
  }
}
