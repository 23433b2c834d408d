import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1

/// What to ask for.
public struct HTTPFetch: Sendable {
  public enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
  }

  public var url: URL
  public var method = Method.get
  public var headers: [(name: String, value: String)] = []
  /// Sent as `Authorization: Bearer …` to the host of ``url`` only: a redirect to another never sees it.
  public var token: String?
  /// Whether a redirect to another host is handed back as the answer instead of being followed.
  public var staysOnHost = false

  public init(_ url: URL) { self.url = url }
}

/// Gets what lies at HTTP addresses, as streams. Follows redirects, from https to https only. Owns its connections: call
/// ``shutdown()`` when done.
public final class HTTPFetcher: Sendable {
  public struct Limits: Sendable {
    /// How long to try for a connection. Default: 10 s.
    public var connect = Duration.seconds(10)
    /// Longest wait for an answer's head and for each next byte. Default: 30 s.
    public var idle = Duration.seconds(30)
    /// Most redirects that one request follows. Default: 5.
    public var redirects = 5

    public init() {}
  }

  private let client: HTTPClient
  private let limits: Limits

  public init(_ limits: Limits = Limits()) {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .nanoseconds(limits.connect.wholeNanoseconds)
    configuration.timeout.read = .nanoseconds(limits.idle.wholeNanoseconds)
    configuration.httpVersion = .http1Only
    configuration.http1_1ConnectionDebugInitializer = { StatusGuard.add(to: $0) }
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    self.limits = limits
  }

  /// Closes the connections. Requests after this fail with ``EndpointError/shutDown``.
  public func shutdown() async throws {
    try await client.shutdown()
  }

  /// Sends a request and hands over the answer, whatever its status. What the body leaves unread is dropped.
  /// - Throws: ``EndpointError``, `CancellationError`, or what `use` throws.
  public func fetch<Result>(_ fetch: HTTPFetch, _ use: (HTTPStream) async throws -> Result) async throws -> Result {
    var url = fetch.url
    for _ in 0...limits.redirects {
      let answer = try await send(fetch, to: url)
      guard let next = try Redirect.target(of: answer, from: url), !(fetch.staysOnHost && !Redirect.same(url, next))
      else { return try await use(answer) }
      url = next
    }
    throw EndpointError.redirectRefused(host: url.host() ?? "", reason: "more than \(limits.redirects) redirects")
  }

  private func send(_ fetch: HTTPFetch, to url: URL) async throws -> HTTPStream {
    try EndpointURL.validate(url)
    var request = HTTPClientRequest(url: url.absoluteString)
    request.method = fetch.method == .get ? .GET : .HEAD
    request.headers = HTTPHeaders(fetch.headers.map { ($0.name, $0.value) })
    // Lengths and offsets are of the file itself.
    request.headers.replaceOrAdd(name: "Accept-Encoding", value: "identity")
    if let token = fetch.token, Redirect.same(url, fetch.url) {
      request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(token)")
    }
    do {
      let patience = limits.connect + limits.idle
      let response = try await client.execute(request, timeout: .nanoseconds(patience.wholeNanoseconds))
      return HTTPStream(response, host: url.host() ?? "", idle: limits.idle)
    } catch {
      throw TransportFailure.translate(error, host: url.host() ?? "", timeout: limits.idle)
    }
  }
}
