import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// GET /live: the stream of what happens, as server-sent events.
struct LiveController {
  let services: CockpitServices
  /// A quiet stream says so this often, so that proxies and phones keep it.
  private static let heartbeat: Duration = .seconds(15)

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("live", use: stream)
  }

  @Sendable private func stream(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let known = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
    let seen = known ?? request.uri.queryParameters["after"].map(String.init)
    let after = seen.flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
    let events = try services.hub.listen(identity, after: after)
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store, no-transform"],
      body: .init { writer in
        try await Self.write(events, to: &writer)
        try await writer.finish(nil)
      })
  }

  private static func write(_ events: AsyncStream<LiveEvent>, to writer: inout any ResponseBodyWriter) async throws {
    try await writer.write(ByteBuffer(string: ": FieldOS\nretry: 1000\n\n"))
    for await frame in merged(events) { try await writer.write(ByteBuffer(string: frame)) }
  }

  /// Events and heartbeats in one stream, so that one task alone writes.
  private static func merged(_ events: AsyncStream<LiveEvent>) -> AsyncStream<String> {
    let (frames, continuation) = AsyncStream.makeStream(of: String.self)
    let reading = Task {
      for await event in events { continuation.yield(event.frame) }
      continuation.finish()
    }
    let beating = Task {
      while true {
        try await Task.sleep(for: heartbeat)
        continuation.yield(": still here\n\n")
      }
    }
    continuation.onTermination = { _ in
      reading.cancel()
      beating.cancel()
    }
    return frames
  }
}
