public import Foundation

/// An answer to a request, whatever its status.
public struct HTTPReply: Sendable, Equatable {
  /// Most bytes of a body that are read: 64 KiB.
  public static let bodyLimit = 65_536

  public let status: Int
  /// By lower-case name; the values of a repeated header joined by ", ".
  public let headers: [String: String]
  /// At most ``bodyLimit`` bytes.
  public let body: Data
  /// Whether the body went on, or broke off: the status holds all the same.
  public let bodyIsCut: Bool

  public init(status: Int, headers: [String: String], body: Data, bodyIsCut: Bool = false) {
    self.status = status
    self.headers = headers
    self.body = body
    self.bodyIsCut = bodyIsCut
  }
}
