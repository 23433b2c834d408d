import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Posts a body and hands the answer over as it comes. Follows no redirect. Owns its connections.
final class StreamingPoster: Sendable {
  private let client: HTTPClient
  private let idle: Duration

  /// - Parameter idle: longest wait for a connection's next byte.
  init(connect: Duration, idle: Duration) {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .nanoseconds(connect.wholeNanoseconds)
    configuration.timeout.read = .nanoseconds(idle.wholeNanoseconds)
    configuration.httpVersion = .http1Only
    configuration.http1_1ConnectionDebugInitializer = { StatusGuard.add(to: $0) }
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    self.idle = idle
  }

  func post<Result: Sendable>(
    _ url: URL, headers: [(name: String, value: String)], body: Data, timeout: Duration,
    _ use: @escaping @Sendable (HTTPStream) async throws -> Result
  ) async throws -> Result {
    try await post(url, headers: headers, body: .bytes(ByteBuffer(bytes: body)), timeout: timeout, use)
  }

  /// - Parameter timeout: for everything, to the last byte and the end of `use`.
  /// - Throws: ``EndpointError``, `CancellationError`, or what `use` throws.
  func post<Result: Sendable>(
    _ url: URL, headers: [(name: String, value: String)], body: HTTPClientRequest.Body, timeout: Duration,
    _ use: @escaping @Sendable (HTTPStream) async throws -> Result
  ) async throws -> Result {
    try EndpointURL.validate(url)
    let deadline = ContinuousClock.now + timeout
    var request = HTTPClientRequest(url: url.absoluteString)
    request.method = .POST
    request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
    request.headers.replaceOrAdd(name: "Accept-Encoding", value: "identity")
    request.body = body
    let response: HTTPClientResponse
    do {
      response = try await client.execute(request, timeout: .nanoseconds(timeout.wholeNanoseconds))
    } catch {
      throw TransportFailure.translate(error, host: url.host() ?? "", timeout: timeout)
    }
    let answer = HTTPStream(response, host: url.host() ?? "", idle: idle)
    // The client's own deadline ends where the body begins.
    return try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await use(answer) }
      group.addTask {
        try await Task.sleep(until: deadline, clock: .continuous)
        throw EndpointError.timedOut(seconds: timeout / .seconds(1))
      }
      defer { group.cancelAll() }
      guard let result = try await group.next() else { throw CancellationError() }
      return result
    }
  }

  func shutdown() async { try? await client.shutdown() }
}
