import Crypto
public import Foundation

/// Signs and verifies pushes after Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, version `v1`.
///
/// Several secrets are how a secret is changed without an outage: every push is signed with each of them, and one
/// signature that verifies is enough. What it prints of itself holds no secret.
public struct WebhookSigner: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
  /// How far a timestamp may lie from the receiver's clock, in seconds.
  public static let toleranceSeconds = 300.0

  private let keys: [SymmetricKey]

  /// - Parameter secrets: each `whsec_` and base64 of 24 to 64 random bytes, apart by spaces or commas. Blank: nil.
  /// - Throws: ``CRMConfigurationError/signingSecret(number:)`` without a word of the secret.
  public init?(secrets: String) throws(CRMConfigurationError) {
    var keys: [SymmetricKey] = []
    for secret in secrets.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      guard secret.hasPrefix(Self.prefix), let bytes = Data(base64Encoded: String(secret.dropFirst(Self.prefix.count))),
        (24...64).contains(bytes.count)
      else { throw .signingSecret(number: keys.count + 1) }
      keys.append(SymmetricKey(data: bytes))
    }
    if keys.isEmpty { return nil }
    self.keys = keys
  }

  public var description: String { "WebhookSigner(\(keys.count) secrets)" }
  public var debugDescription: String { description }

  /// The three headers of a push.
  /// - Parameters:
  ///   - id: the same at every attempt; without a full stop.
  ///   - date: of this attempt.
  public func headers(id: String, body: Data, at date: Date) -> [(name: String, value: String)] {
    let timestamp = String(Int64(date.timeIntervalSince1970.rounded(.down)))
    let signed = Self.signed(id: id, timestamp: timestamp, body: body)
    let signatures = keys.map { key in
      "v1," + Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).base64EncodedString()
    }
    return [
      (name: "webhook-id", value: id), (name: "webhook-timestamp", value: timestamp),
      (name: "webhook-signature", value: signatures.joined(separator: " ")),
    ]
  }

  /// Whether one of the signatures is right and the timestamp recent. Compares in constant time.
  /// - Parameter headers: by lower-case name.
  public func verifies(headers: [String: String], body: Data, now: Date) -> Bool {
    guard let id = headers["webhook-id"], let timestamp = headers["webhook-timestamp"],
      let seconds = Int64(timestamp), let signatures = headers["webhook-signature"],
      abs(now.timeIntervalSince1970 - Double(seconds)) <= Self.toleranceSeconds
    else { return false }
    let signed = Self.signed(id: id, timestamp: timestamp, body: body)
    return signatures.split(separator: " ").contains { signature in
      guard signature.hasPrefix("v1,"), let code = Data(base64Encoded: String(signature.dropFirst(3))) else {
        return false
      }
      return keys.contains { HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: $0) }
    }
  }

  private static let prefix = "whsec_"

  private static func signed(id: String, timestamp: String, body: Data) -> Data {
    Data("\(id).\(timestamp).".utf8) + body
  }
}
