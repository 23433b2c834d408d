import Foundation
import Hummingbird

/// POST /theme: the next theme, then back to where the reader was.
struct ThemeController {
  func add(to routes: RouterGroup<CockpitContext>) {
    routes.post("theme", use: next)
  }

  private struct Form: Decodable { let back: String? }

  @Sendable private func next(_ request: Request, context: CockpitContext) async throws -> Response {
    let form = try await FormBody.decode(Form.self, from: request)
    let cookie = Cookie(
      name: "theme", value: Theme(request).next.rawValue, maxAge: 31_536_000, path: "/", sameSite: .lax)
    var response = Response(status: .seeOther, headers: [.location: LocalPath.checked(form.back)])
    response.setCookie(cookie)
    return response
  }
}
