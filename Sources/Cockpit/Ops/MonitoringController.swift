import Domain
import Foundation
import Hummingbird
import NIOCore
import Operations
import Serving

/// `/metrics` and `/health`: for machines that watch, without a session. What they tell goes to this machine, and to
/// who holds the token; others learn whether it is well, no more.
struct MonitoringController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("metrics", use: metrics)
    routes.get("health/live", use: live)
    routes.get("health/ready", use: ready)
  }

  private struct Health: Encodable, Sendable {
    let status: String
    var store: String?
    var worker: String?
  }

  @Sendable private func metrics(_ request: Request, context: CockpitContext) async throws -> Response {
    guard mayKnow(request, context) else {
      throw HTTPError(.forbidden, message: "Set FIELDOS_METRICS_TOKEN and send it as 'Authorization: Bearer …'.")
    }
    let text = try StoreMetrics.text(
      services.store, workerEnabled: services.configuration.makesTranscripts, now: services.clock.now())
    return Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  @Sendable private func live(_ request: Request, context: CockpitContext) async throws -> Response {
    try .json(Health(status: "live"))
  }

  @Sendable private func ready(_ request: Request, context: CockpitContext) async throws -> Response {
    let (store, now) = (services.store, services.clock.now())
    let isEnabled = services.configuration.makesTranscripts
    let trouble = await services.probe.trouble(now: now)
    let found = try await Blocking.run {
      Readiness(store, storeTrouble: trouble, workerEnabled: isEnabled, now: now)
    }
    var health = Health(status: found.isReady ? "ready" : "not ready")
    if mayKnow(request, context) {
      health.store = found.storeTrouble ?? "writable"
      health.worker = found.worker.rawValue
    }
    return try .json(health, status: found.isReady ? .ok : .serviceUnavailable)
  }

  /// This machine's own programs, and who holds the token.
  private func mayKnow(_ request: Request, _ context: CockpitContext) -> Bool {
    if HostName.isLoopback(context.address) { return true }
    guard let token = services.configuration.metricsToken, let sent = request.headers[.authorization] else {
      return false
    }
    return Secrets.areEqual(Secrets.hash(sent), Secrets.hash("Bearer " + token))
  }
}
