import Domain
import Foundation
import Hummingbird
import Storage

/// GET /, and the end of the day.
struct TodayController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("/", use: today)
    routes.post("day/close", use: close)
  }

  @Sendable private func today(_ request: Request, context: CockpitContext) async throws -> Response {
    let words = DayWords(now: services.clock.now())
    let page = TodayPage(services: services, identity: try context.signedIn(), words: words)
    let view = try page.view(
      try services.frame("Today", .today, request, context, scripts: ["/js/today.js"]), request,
      showsAll: request.uri.queryParameters["all"] != nil, did: try Did(services, words).view(request, context))
    return try services.templates.page("today/today", view)
  }

  private struct CloseForm: Decodable { let move: String? }

  private struct Closed: Encodable { let message: String }

  @Sendable private func close(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let form = try await FormBody.decode(CloseForm.self, from: request)
    let words = DayWords(now: services.clock.now())
    let tomorrow = Due(at: words.morning(days: 1, hour: 8), isAllDay: false)
    let closing = try services.store.followUps.close(
      words.today, ownerID: identity.ownerID, movingTo: form.move == "1" ? tomorrow : nil)
    guard request.wantsJSON else { return .back(to: "/#close") }
    return try .json(Closed(message: ClosingView.told(closing, words)))
  }
}
