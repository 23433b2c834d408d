import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Storage

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
    let isAllowed = stillAllowed(identity, context.session?.id)
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store, no-transform"],
      body: .init { writer in
        try await Self.write(Self.merged(events, while: isAllowed), to: &writer)
        try await writer.finish(nil)
      })
  }

  /// Whether the session is open and the role is what it was: a stream outlives neither by more than a heartbeat.
  private func stillAllowed(_ identity: Identity, _ session: ID<Session>?) -> @Sendable () -> Bool {
    let sessions = services.store.sessions
    return {
      guard let session else { return false }
      do {
        return try sessions.role(in: session) == identity.role
      } catch {
        // A disk that can't be read for a moment is asked again.
        return true
      }
    }
  }

  private static func write(_ frames: AsyncStream<String>, to writer: inout any ResponseBodyWriter) async throws {
    try await writer.write(ByteBuffer(string: ": FieldOS\nretry: 1000\n\n"))
    for await frame in frames { try await writer.write(ByteBuffer(string: frame)) }
  }

  /// Events and heartbeats in one stream, so that one task alone writes.
  private static func merged(
    _ events: AsyncStream<LiveEvent>, while isAllowed: @escaping @Sendable () -> Bool
  ) -> AsyncStream<String> {
    let (frames, continuation) = AsyncStream.makeStream(of: String.self)
    let reading = Task {
      for await event in events { continuation.yield(event.frame) }
      continuation.finish()
    }
    let beating = Task {
      while true {
        try await Task.sleep(for: heartbeat)
        guard isAllowed() else { break }
        continuation.yield(": still here\n\n")
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in
      reading.cancel()
      beating.cancel()
    }
    return frames
  }
}
