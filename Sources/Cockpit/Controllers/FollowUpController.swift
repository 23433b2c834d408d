import Domain
import Foundation
import Hummingbird
import Storage

/// Snooze, done, and taking either back. A script gets words and what an undo needs; a form goes back to its page, which
/// shows the same.
struct FollowUpController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.post("follow-ups/:id/snooze", use: snooze)
    routes.post("follow-ups/:id/done", use: done)
    routes.post("follow-ups/:id/undo", use: undo)
  }

  private struct Form: Decodable {
    let until: String?
    let date: String?
    let version: String?
    let back: String?
  }

  private struct Answer: Encodable {
    struct Undo: Encodable {
      let path: String
      let version: Int
    }
    let message: String
    let undo: Undo?
  }

  private var words: DayWords { DayWords(now: services.clock.now()) }

  @Sendable private func snooze(_ request: Request, context: CockpitContext) async throws -> Response {
    let touch = try touch(context)
    let form = try await FormBody.decode(Form.self, from: request)
    guard let due = SnoozeTimes(words).due(form.until ?? "", date: form.date) else {
      throw HTTPError(.badRequest, message: "Pick a day from tomorrow on. The follow-up stays where it was.")
    }
    return try answer(try services.store.followUps.snooze(touch.followUp.id, until: due), touch, form, request)
  }

  @Sendable private func done(_ request: Request, context: CockpitContext) async throws -> Response {
    let touch = try touch(context)
    let form = try await FormBody.decode(Form.self, from: request)
    return try answer(try services.store.followUps.finish(touch.followUp.id), touch, form, request)
  }

  @Sendable private func undo(_ request: Request, context: CockpitContext) async throws -> Response {
    let touch = try touch(context)
    let form = try await FormBody.decode(Form.self, from: request)
    let version = form.version.flatMap { Int($0) } ?? 0
    guard case .changed = try services.store.followUps.undo(touch.followUp.id, version: version) else {
      throw HTTPError(.conflict, message: "This follow-up was changed since. Nothing was taken back.")
    }
    guard request.wantsJSON else { return .back(to: form.back ?? "/") }
    return try .json(Answer(message: "\(touch.card.account.name) is back.", undo: nil))
  }

  private func touch(_ context: CockpitContext) throws -> Touch {
    let identity = try context.signedIn()
    guard let touch = try services.store.followUps.touch(ID(try context.parameters.require("id"))) else {
      throw HTTPError(.notFound, message: "This follow-up is not here any more.")
    }
    guard identity.maySee(touch.followUp.ownerID) else { throw HTTPError(.forbidden) }
    return touch
  }

  private func answer(
    _ change: FollowUpStore.Change, _ touch: Touch, _ form: Form, _ request: Request
  ) throws -> Response {
    switch change {
    case .missing: throw HTTPError(.notFound, message: "This follow-up is not here any more.")
    case .stale: throw HTTPError(.conflict, message: "This follow-up is done already.")
    case .changed(let changed):
      guard request.wantsJSON else {
        let back = LocalPath.checked(form.back)
        let id = changed.id.rawValue
        return .back(to: "\(back)\(back.contains("?") ? "&" : "?")did=\(id)&version=\(changed.version)")
      }
      let undo = Answer.Undo(path: "/follow-ups/\(changed.id)/undo", version: changed.version)
      return try .json(
        Answer(message: Did.words(changed, touch.card.account.name, words), undo: undo))
    }
  }
}

/// What was just done, read from the address that a form went back to.
struct Did {
  let services: CockpitServices
  let words: DayWords

  init(_ services: CockpitServices, _ words: DayWords) {
    self.services = services
    self.words = words
  }

  /// nil where nothing was, or something else happened since.
  func view(_ request: Request, _ context: CockpitContext) throws -> DidView? {
    guard let id = request.uri.queryParameters["did"].map(String.init) else { return nil }
    if id == "refreshed" { return DidView(text: PipelineController.refreshed, undo: nil) }
    if id == "lead" { return DidView(text: "The lead is added. The first follow-up is tomorrow.", undo: nil) }
    let version = request.uri.queryParameters["version"].flatMap { Int($0) }
    guard let touch = try services.store.followUps.touch(ID(id)), touch.followUp.version == version,
      touch.followUp.before != nil, try context.signedIn().maySee(touch.followUp.ownerID)
    else { return nil }
    return DidView(
      text: Self.words(touch.followUp, touch.card.account.name, words),
      undo: .init(followUpID: id, version: touch.followUp.version, back: request.uri.path))
  }

  /// `Kestrel Point HOA moved to tomorrow, 8:00.`
  static func words(_ followUp: FollowUp, _ account: String, _ words: DayWords) -> String {
    followUp.doneAt == nil ? "\(account) moved to \(words.moment(followUp.due))." : "\(account) is done."
  }
}
