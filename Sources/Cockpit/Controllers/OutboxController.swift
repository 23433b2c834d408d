import Domain
import Foundation
import Hummingbird
import Storage

/// /outbox: what is not in the CRM yet, and what a person can do about it.
struct OutboxController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("outbox", use: page)
    routes.post("outbox/offline", use: offline)
    routes.post("outbox/send", use: sendAll)
    routes.post("outbox/:entry/retry", use: retry)
  }

  private struct Said: Encodable, Sendable { let toast: String }

  @Sendable private func page(_ request: Request, context: CockpitContext) async throws -> Response {
    try services.templates.page("outbox", try services.outboxPage(request, context))
  }

  private struct OfflineForm: Decodable {
    /// Any value switches on.
    let on: String?
  }

  @Sendable private func offline(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let isOn = try await FormBody.decode(OfflineForm.self, from: request).on != nil
    try services.store.outbox.workOffline(isOn, owner: identity.ownerID)
    return try said(isOn ? "You are working offline. Nothing is sent." : "Back online. What was kept is sent.", request)
  }

  /// Tries what waits; what was refused waits for its owner.
  @Sendable private func sendAll(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    guard services.configuration.flushesOffline else {
      throw HTTPError(.forbidden, message: "Sending all is switched off here.")
    }
    guard try !services.store.outbox.isOffline(identity.ownerID) else {
      throw HTTPError(.conflict, message: "You are working offline. Switch back to send.")
    }
    let lines = try services.store.outbox.waiting(ownerID: identity.outboxOwner, limit: 1_000)
    var tried = 0
    for line in lines where line.entry.state != .failed {
      switch try services.store.outbox.retry(line.entry.id) {
      case .queued, .hurried: tried += 1
      case .refused, .offline, nil: break
      }
    }
    let refused = lines.filter { $0.entry.state == .failed }.map { line in
      [line.subject.account, line.subject.contactName].first { !$0.isEmpty } ?? "A note"
    }
    return try said(OutboxWords.sent(tried, waits: refused), request)
  }

  @Sendable private func retry(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let id: ID<OutboxEntry> = ID(rawValue: try context.parameters.require("entry"))
    guard let entry = try services.store.outbox.find(id) else {
      throw HTTPError(.notFound, message: "This delivery is not here.")
    }
    guard identity.maySee(entry.ownerID) else { throw HTTPError(.forbidden) }
    return try said(try RetryWords.retry(id, services.store), request)
  }

  private func said(_ words: String, _ request: Request) throws -> Response {
    request.wantsJSON ? try .json(Said(toast: words)) : .back(to: "/outbox")
  }
}
