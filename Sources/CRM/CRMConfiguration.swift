public import Domain
public import Endpoints
public import Foundation

/// Where notes are delivered and how hard delivery tries.
public struct CRMConfiguration: Sendable, Equatable {
  /// Where payloads are posted: http or https, without credentials in it. Default `http://localhost:8787/crm/push`.
  public let endpoint: URL
  /// Sent as `Authorization: Bearer <key>`; nil sends no such header, and so does an empty key.
  public let apiKey: String?
  /// Time for one attempt, in seconds, more than 0 and at most 600. Default 5.
  public let timeoutSeconds: Double
  /// Total attempts, at least 1, at short intervals. Nil, the default: 10 attempts over three days.
  public let maxAttempts: Int?
  /// Signs every push after Standard Webhooks; nil, the default: no signature.
  public let signer: WebhookSigner?
  /// Attempts a minute over all processes of a data folder, 1...60,000. Default 300.
  public let ratePerMinute: Int

  /// The endpoint that a mock CRM on this machine listens on.
  public static let defaultEndpoint = "http://localhost:8787/crm/push"

  /// - Parameter signingSecrets: as ``WebhookSigner/init(secrets:)`` takes them; nil or blank for none.
  /// - Throws: ``CRMConfigurationError`` that names the value that cannot be used.
  public init(
    endpoint: String = defaultEndpoint, apiKey: String? = nil, timeoutSeconds: Double = 5, maxAttempts: Int? = nil,
    signingSecrets: String? = nil, ratePerMinute: Int = 300
  ) throws(CRMConfigurationError) {
    guard let url = URL(string: endpoint) else { throw .endpoint(.invalidURL(reason: "not a URL")) }
    do {
      try EndpointURL.validate(url)
    } catch {
      throw .endpoint(error)
    }
    guard timeoutSeconds > 0, timeoutSeconds <= 600 else { throw .timeout(seconds: timeoutSeconds) }
    if let maxAttempts, maxAttempts < 1 { throw .maxAttempts(maxAttempts) }
    guard (1...60_000).contains(ratePerMinute) else { throw .ratePerMinute(ratePerMinute) }
    let key = apiKey?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    if key.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value > 0x7E }) { throw .apiKeyNotHeaderSafe }
    self.endpoint = url
    self.apiKey = key.isEmpty ? nil : key
    self.timeoutSeconds = timeoutSeconds
    self.maxAttempts = maxAttempts
    self.ratePerMinute = ratePerMinute
    signer = try signingSecrets.flatMap { text throws(CRMConfigurationError) in try WebhookSigner(secrets: text) }
  }

  /// The endpoint as the store knows it: a query may hold a secret, so it stays out.
  public var target: DeliveryTarget {
    var parts = URLComponents(url: endpoint, resolvingAgainstBaseURL: false) ?? URLComponents()
    parts.query = nil
    parts.fragment = nil
    return DeliveryTarget(
      endpoint: parts.string ?? endpoint.host() ?? "crm", limits: DeliveryLane.Limits(perMinute: ratePerMinute))
  }

  var timeout: Duration { .milliseconds(Int64(timeoutSeconds * 1000)) }

  /// How long a claim on an outbox entry holds: well past the longest attempt.
  var lease: Duration { timeout + .seconds(30) }
}

/// A setting that cannot be used.
public enum CRMConfigurationError: Error, Equatable, Sendable {
  case endpoint(EndpointError)
  case timeout(seconds: Double)
  case maxAttempts(Int)
  case ratePerMinute(Int)
  /// A signing secret, counted from 1, is not `whsec_` and base64 of 24 to 64 bytes.
  case signingSecret(number: Int)
  /// The key holds characters that no HTTP header may carry.
  case apiKeyNotHeaderSafe
}
