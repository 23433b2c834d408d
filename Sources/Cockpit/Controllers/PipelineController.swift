import Domain
import Foundation
import Hummingbird
import Storage

/// GET /pipeline and its refresh.
struct PipelineController {
  /// Told after the file was read again.
  static let refreshed = "Pipeline snapshot refreshed"
  /// Overdue follow-ups that are shown.
  private static let most = 200

  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("pipeline", use: show)
    routes.post("pipeline/refresh", use: refresh)
  }

  private struct View: Sendable {
    let frame: PageFrame
    let did: DidView?
    let pipeline: PipelineView
    let count: String
    let followUps: [FollowUpView]
    let hasNone: Bool
  }

  @Sendable private func show(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let words = DayWords(now: services.clock.now())
    let late = try services.store.followUps.open(
      ownerID: identity.peopleScope, before: services.clock.now(), limit: Self.most
    ).filter { $0.followUp.due.isLate(at: words.now, words.calendar) }
    let view = View(
      frame: try services.frame("Pipeline", .pipeline, request, context, scripts: ["/js/today.js"]),
      did: try Did(services, words).view(request, context),
      pipeline: PipelineView(try PipelineDesk(services).current(), words),
      count: late.count < Self.most ? Counted.followUps(late.count) : "The first \(Self.most)",
      followUps: late.map { FollowUpView($0, words, back: "/pipeline") }, hasNone: late.isEmpty)
    return try services.templates.page("pipeline/pipeline", view)
  }

  private struct Form: Decodable { let back: String? }

  private struct Answer: Encodable { let message: String }

  @Sendable private func refresh(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.signedIn()
    let form = try await FormBody.decode(Form.self, from: request)
    let state = try PipelineDesk(services).refresh()
    let back = LocalPath.checked(form.back)
    if request.wantsJSON {
      guard state.trouble == nil else {
        let words = DayWords(now: services.clock.now())
        let warning = PipelineView(state, words).warning ?? "There is no pipeline snapshot."
        throw HTTPError(.unprocessableContent, message: warning)
      }
      return try .json(Answer(message: Self.refreshed))
    }
    return .back(to: state.trouble == nil ? "\(back)?did=refreshed" : back)
  }
}
