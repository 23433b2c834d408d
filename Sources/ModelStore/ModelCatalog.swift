public import Foundation

/// A model that was found on this machine.
public struct FoundModel: Sendable, Equatable {
  /// What people call it: `base`, `demo-en`, or a folder's name.
  public let name: String
  public let folder: URL
  /// The small model that ships with FieldOS, trained on synthetic voices: it shows the road, it doesn't recognise people.
  public let isDemo: Bool
}

/// Where models are looked for.
public struct ModelLocations: Sendable {
  /// `<data folder>/models`: one folder a model.
  public var models: URL
  /// The Hugging Face hub cache, where faster-whisper keeps what it downloaded; nil: not searched.
  public var hubCache: URL?
  /// The bundled demo model; nil where the resources are missing.
  public var demo: URL?

  public init(models: URL, hubCache: URL? = nil, demo: URL? = nil) {
    self.models = models
    self.hubCache = hubCache
    self.demo = demo
  }
}

/// Why no model could be chosen.
public enum ModelStoreError: Error, Equatable {
  case notFound(name: String)
  case demoMissing
}

/// Finds models by name or path. Nothing is downloaded.
public struct ModelCatalog: Sendable {
  public static let demoName = "demo-en"
  public static let defaultName = "base"
  private let locations: ModelLocations

  public init(_ locations: ModelLocations) { self.locations = locations }

  /// - Parameter name: a folder's path, `demo-en`, or a name that faster-whisper knows (`base`, `small.en`, `turbo`, …);
  ///   nil takes `base` where it is present and the demo model otherwise.
  /// - Throws: ``ModelStoreError``.
  public func find(_ name: String?) throws(ModelStoreError) -> FoundModel {
    guard let name else {
      if let found = find(downloaded: Self.defaultName) { return found }
      return try demo()
    }
    if name == Self.demoName { return try demo() }
    if let found = find(path: name) ?? find(downloaded: name) { return found }
    throw .notFound(name: name)
  }

  private func demo() throws(ModelStoreError) -> FoundModel {
    guard let folder = locations.demo, Self.isModel(folder) else { throw .demoMissing }
    return FoundModel(name: Self.demoName, folder: folder, isDemo: true)
  }

  private func find(path: String) -> FoundModel? {
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    // A path that is no model folder is still what was asked for: loading it says what is wrong with it.
    guard path.contains("/") || Self.isModel(folder) else { return nil }
    return FoundModel(name: folder.lastPathComponent, folder: folder, isDemo: folder.lastPathComponent == Self.demoName)
  }

  private func find(downloaded name: String) -> FoundModel? {
    candidates(for: name).first(where: Self.isModel).map { FoundModel(name: name, folder: $0, isDemo: false) }
  }

  /// Folders that a download of this name would have filled, likeliest first.
  private func candidates(for name: String) -> [URL] {
    let own = locations.models.appending(path: name)
    guard let hub = locations.hubCache else { return [own] }
    let repository = HubNames.repository(of: name).replacing("/", with: "--")
    let snapshots = hub.appending(path: "models--\(repository)/snapshots")
    let found = (try? FileManager.default.contentsOfDirectory(at: snapshots, includingPropertiesForKeys: nil)) ?? []
    let main = try? String(contentsOf: hub.appending(path: "models--\(repository)/refs/main"), encoding: .utf8)
    let current = main.map { snapshots.appending(path: $0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return [own] + (current.map { [$0] } ?? []) + (found.isEmpty ? [snapshots] : found.sorted { $0.path < $1.path })
  }

  private static func isModel(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: "model.bin").path)
  }
}

/// How faster-whisper's short names map to repositories of the Hugging Face hub.
public enum HubNames {
  private static let others = [
    "large": "Systran/faster-whisper-large-v3",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
  ]

  public static func repository(of name: String) -> String {
    if let other = others[name] { return other }
    if name.hasPrefix("distil-") { return "Systran/faster-distil-whisper-" + name.dropFirst("distil-".count) }
    return "Systran/faster-whisper-" + name
  }
}
