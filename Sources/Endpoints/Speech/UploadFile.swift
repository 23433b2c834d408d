public import Foundation

/// A file that goes out as a part of a form, read while it is sent.
public struct UploadFile: Sendable {
  /// What servers are told it is called; they go by its extension.
  public let name: String
  public let byteCount: Int
  /// So many bytes from an offset on.
  public let read: @Sendable (_ offset: Int, _ count: Int) throws -> Data

  public init(name: String, byteCount: Int, read: @escaping @Sendable (_ offset: Int, _ count: Int) throws -> Data) {
    self.name = name
    self.byteCount = byteCount
    self.read = read
  }
}
