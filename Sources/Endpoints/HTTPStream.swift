import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1

/// An answer whose body is still on its way.
public struct HTTPStream: Sendable {
  public let status: Int
  /// By lower-case name; the values of a repeated header joined by ", ".
  public let headers: [String: String]
  /// Who answered, after redirects.
  public let host: String
  private let body: HTTPClientResponse.Body
  private let idle: Duration

  init(_ response: HTTPClientResponse, host: String, idle: Duration) {
    status = Int(response.status.code)
    headers = response.headers.byLowerCaseName
    self.host = host
    body = response.body
    self.idle = idle
  }

  /// Hands over the body, piece by piece, to its end. Once only.
  /// - Throws: ``EndpointError/timedOut(seconds:)`` when no byte came for the idle time,
  ///   ``EndpointError/connectionLost(host:reason:)`` when the connection broke, `CancellationError`, or what `use` throws.
  public func read(_ use: (Data) throws -> Void) async throws {
    var pieces = pieces()
    while let piece = try await pieces.next() { try use(piece) }
  }

  /// The body's pieces, for a reader that waits between them.
  func pieces() -> Pieces { Pieces(inner: body.makeAsyncIterator(), host: host, idle: idle) }

  struct Pieces {
    fileprivate var inner: HTTPClientResponse.Body.AsyncIterator
    fileprivate let host: String
    fileprivate let idle: Duration

    /// nil at the end.
    mutating func next() async throws -> Data? {
      let piece: Data?
      do {
        piece = try await inner.next().map { Data($0.readableBytesView) }
      } catch {
        throw TransportFailure.translate(error, host: host, timeout: idle)
      }
      // A cancelled task sees the body end early.
      try Task.checkCancellation()
      return piece
    }
  }

  /// The whole body where it is at most `limit` bytes long and comes within `patience`, else nil.
  public func collect(limit: Int, within patience: Duration) async throws -> Data? {
    struct Enough: Error {}
    let deadline = ContinuousClock.now + patience
    var data = Data()
    do {
      try await read { piece in
        guard data.count + piece.count <= limit, ContinuousClock.now < deadline else { throw Enough() }
        data += piece
      }
    } catch is Enough {
      return nil
    }
    return data
  }
}
