/// A model that requests may ask for.
public struct RequestModel: Sendable, Codable, Hashable {
  /// What clients call it.
  public let name: String
  /// Path of the folder that holds it.
  public let folder: String
  /// Bytes that its weights take in memory.
  public let bytes: Int

  public init(name: String, folder: String, bytes: Int) {
    self.name = name
    self.folder = folder
    self.bytes = bytes
  }
}
