import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1

/// Posts bodies to HTTP endpoints. Follows no redirect, reads a bounded reply, and says of every failure whether the
/// other side may have seen the request. Owns its connections: call ``shutdown()`` when done.
public final class HTTPPoster: Sendable {
  private let client: HTTPClient

  /// - Parameter connectSeconds: how long to try for a connection; keep it below the time-out of a request, or a
  ///   host that never answers counts as 'outcome unknown'.
  public init(connectSeconds: Double = 3) {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .milliseconds(Int64(connectSeconds * 1000))
    configuration.httpVersion = .http1Only
    configuration.http1_1ConnectionDebugInitializer = { StatusGuard.add(to: $0) }
    // Retries belong to the caller, who keeps them across restarts.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// Closes the connections. Requests after this fail with ``EndpointError/shutDown``.
  public func shutdown() async throws {
    try await client.shutdown()
  }

  /// Sends one POST and waits for its answer.
  /// - Parameter timeout: time for everything from connecting to the last byte of the reply. Where the status came in
  ///   time but the body did not, the reply is cut, not failed.
  /// - Throws: ``EndpointError``, or `CancellationError`.
  public func post(
    _ url: URL, headers: [(name: String, value: String)], body: Data, timeout: Duration
  ) async throws -> HTTPReply {
    try EndpointURL.validate(url)
    let deadline = ContinuousClock.now + timeout
    var request = HTTPClientRequest(url: url.absoluteString)
    request.method = .POST
    request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
    request.body = .bytes(ByteBuffer(bytes: body))
    let response: HTTPClientResponse
    do {
      response = try await client.execute(request, timeout: .nanoseconds(timeout.wholeNanoseconds))
    } catch {
      throw TransportFailure.translate(error, host: url.host() ?? "", timeout: timeout)
    }
    let body = await BoundedBody.read(response.body, limit: HTTPReply.bodyLimit, until: deadline)
    return HTTPReply(
      status: Int(response.status.code), headers: response.headers.byLowerCaseName, body: body.data,
      bodyIsCut: body.isCut)
  }
}
