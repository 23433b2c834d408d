public import Foundation

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

  /// Where pulls go: `<data folder>/models/faster-whisper`, one folder a model.
  public var pulled: URL { models.appending(path: "faster-whisper") }

  /// Folders of our own that may hold the model, likeliest first.
  func ownFolders(for name: ModelName) -> [URL] {
    name.folders.map { models.appending(path: $0) } + name.folders.map { pulled.appending(path: $0) }
  }
}
