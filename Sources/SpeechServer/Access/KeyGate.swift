import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Serving
import Storage

/// Who may ask: who shows a key. Where no key was ever made, programs of this machine may, and nobody else.
struct KeyGate: Sendable {
  let keys: APIKeyStore
  let hosts: AllowedHosts
  let clock: WallClock

  /// A key's last use is written down this often, in seconds.
  private static let noted = 60.0

  /// - Returns: whose turn in the queue it is.
  /// - Throws: ``APIError``, 401 and 403.
  func admit(_ request: Request, _ address: SocketAddress?, _ scopes: [APIScope]) throws -> String {
    guard let token = token(of: request) else {
      guard try !keys.areNeeded(), isOwn(request, address) else { throw Self.needsKey }
      return "loopback"
    }
    guard let key = try keys.find(hash: Secrets.hash(token)) else {
      // Clients want some key: where none is needed, any will do.
      if try !keys.areNeeded(), isOwn(request, address) { return "loopback" }
      throw Self.wrongKey
    }
    guard key.revokedAt == nil else { throw Self.wrongKey }
    if let missing = scopes.first(where: { !key.scopes.contains($0) }) {
      throw APIError(
        .forbidden, "This key may not do that; it lacks the scope '\(missing.rawValue)'.", code: "insufficient_scope")
    }
    let now = clock.now()
    if now.timeIntervalSince(key.lastUsedAt ?? .distantPast) > Self.noted { try keys.noteUse(of: key.id) }
    return key.id.rawValue
  }

  private func token(of request: Request) -> String? {
    guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer ") else { return nil }
    let token = header.dropFirst("bearer ".count).trimmingCharacters(in: .whitespaces)
    return token.isEmpty ? nil : token
  }

  /// A program on this machine asks, not a page of another site in its browser, and not a proxy for somebody else.
  private func isOwn(_ request: Request, _ address: SocketAddress?) -> Bool {
    guard HostName.isLoopback(address?.ipAddress?.lowercased() ?? ""), hosts.allows(request.head.authority) else {
      return false
    }
    let forwarded = ["Forwarded", "X-Forwarded-For", "X-Real-IP"].compactMap { HTTPField.Name($0) }
    guard forwarded.allSatisfy({ request.headers[$0] == nil }) else { return false }
    guard let origin = request.headers[.origin] else { return true }
    return HostName(String(origin.drop { $0 != "/" }.drop { $0 == "/" })).map { HostName.isLoopback($0.name) } ?? false
  }

  private static let needsKey = APIError(
    .unauthorized,
    "You didn't provide an API key. Send one as 'Authorization: Bearer KEY'; 'fieldos keys add NAME' makes one.",
    code: "missing_api_key")
  private static let wrongKey = APIError(
    .unauthorized, "Incorrect API key provided. 'fieldos keys list' shows which there are.", code: "invalid_api_key")
}
