public import Endpoints
public import Foundation

/// Where models come from and how hard a pull tries.
public struct PullConfiguration: Sendable {
  /// The hub or a mirror of it. Default `https://huggingface.co`.
  public let endpoint: URL
  /// Sent to the endpoint's own host only; nil: none.
  public let token: String?
  /// Nothing is asked of the network. Default: false.
  public var isOffline = false
  /// Fetch what is here already once more. Default: false.
  public var isForced = false
  /// A branch, a tag or a commit; nil: `main`, and whatever revision is here already will do.
  public let revision: String?
  /// Time-outs and redirects.
  public var limits = HTTPFetcher.Limits()
  /// Attempts in a row without progress, after the first, before a file is given up. Default: 5.
  public var retries = 5
  /// Pause before the first retry, doubled for each further one. Default: 1 s.
  public var backOff = Duration.seconds(1)
  /// Longest pause that a `Retry-After` is granted. Default: 120 s.
  public var longestWait = Duration.seconds(120)
  /// How pauses are made.
  public var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  public static let defaultEndpoint = "https://huggingface.co"

  /// - Throws: `EndpointError.invalidURL`, ``ModelStoreError/badRevision(_:)``.
  public init(
    endpoint: String = defaultEndpoint, token: String? = nil, revision: String? = nil
  ) throws {
    guard let url = URL(string: endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint) else {
      throw EndpointError.invalidURL(reason: "not a URL")
    }
    try EndpointURL.validate(url)
    if let revision, !Self.isRevision(revision) { throw ModelStoreError.badRevision(revision) }
    self.endpoint = url
    self.token = token
    self.revision = revision
  }

  /// What git allows in a name, and nothing that leads elsewhere in a path.
  private static func isRevision(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 200 && parts.allSatisfy { ModelName.isPlain($0) }
  }
}
