import Domain
import Foundation
import Hummingbird
import Storage

/// /ops: how things stand and went, and what managers can do about it.
struct OpsController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("ops", use: page)
    routes.post("ops/queues/:queue/:what", use: queue)
    routes.post("ops/retry", use: retryAll)
    routes.post("ops/outbox/:entry/:what", use: delivery)
    routes.post("ops/jobs/:job/:what", use: job)
  }

  private struct Said: Encodable, Sendable { let toast: String }

  @Sendable private func page(_ request: Request, context: CockpitContext) async throws -> Response {
    try services.templates.page("ops/ops", try services.opsPage(request, context))
  }

  /// Pauses a queue or lets it go on. What runs is finished.
  @Sendable private func queue(_ request: Request, context: CockpitContext) async throws -> Response {
    let person = try context.atLeast(.manager).name
    guard let queue = QueueName(rawValue: try context.parameters.require("queue")) else { throw HTTPError(.notFound) }
    let noun = queue == .delivery ? "Delivery" : "Transcription"
    switch try context.parameters.require("what") {
    case "pause":
      try services.store.queues.pause(queue, by: person)
      return try said("\(noun) is paused for everyone. Everything is kept and waits.", request)
    case "resume":
      try services.store.queues.resume(queue, by: person)
      return try said("\(noun) goes on.", request)
    default: throw HTTPError(.notFound)
    }
  }

  /// Everything that waits or was given up is tried now; who works offline keeps theirs.
  @Sendable private func retryAll(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.atLeast(.manager)
    let done = try services.store.outbox.flush()
    let tried = done.queued + done.hurried
    let offline = done.offline > 0 ? " \(done.offline) stay, for their reps work offline." : ""
    return try said((tried == 1 ? "Trying 1 note now." : "Trying \(tried) notes now.") + offline, request)
  }

  @Sendable private func delivery(_ request: Request, context: CockpitContext) async throws -> Response {
    let person = try context.atLeast(.manager).name
    let id: ID<OutboxEntry> = ID(rawValue: try context.parameters.require("entry"))
    guard try services.store.outbox.find(id) != nil else {
      throw HTTPError(.notFound, message: "This delivery is not here.")
    }
    switch try context.parameters.require("what") {
    case "retry": return try said(try RetryWords.retry(id, services.store), request)
    case "aside":
      let isDone = try services.store.outbox.setAside(id, by: person) != nil
      return try said(isDone ? "Set aside. It is kept and not sent." : "It does not wait any more.", request)
    default: throw HTTPError(.notFound)
    }
  }

  @Sendable private func job(_ request: Request, context: CockpitContext) async throws -> Response {
    let person = try context.atLeast(.manager).name
    let id: ID<Job> = ID(rawValue: try context.parameters.require("job"))
    guard try services.store.jobs.find(id) != nil else { throw HTTPError(.notFound, message: "This job is not here.") }
    switch try context.parameters.require("what") {
    case "cancel":
      guard case .success = try services.store.jobs.cancel(id, by: person) else {
        return try said("It is not waiting any more.", request)
      }
      return try said("Cancelled. The recording is kept.", request)
    case "replay":
      guard case .success = try services.store.jobs.replay(id, by: person) else {
        return try said("It can't be started again: another is under way.", request)
      }
      return try said("It is tried again.", request)
    default: throw HTTPError(.notFound)
    }
  }

  private func said(_ words: String, _ request: Request) throws -> Response {
    request.wantsJSON ? try .json(Said(toast: words)) : .back(to: "/ops")
  }
}
