import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// /open signs the one user of this machine in by the link that is printed at start; /first makes the first admin by
/// the link that is printed where others can reach the server. Each link opens once.
struct OpeningController {
  let services: CockpitServices
  static let shortestPassword = 10
  static let longestPassword = 256

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("open", use: open)
    routes.get("first", use: firstPage)
    routes.post("first", use: makeFirst)
  }

  private struct Form: Decodable {
    let key: String
    let name: String
    let password: String
  }

  @Sendable private func open(_ request: Request, context: CockpitContext) async throws -> Response {
    if services.configuration.isPublic { throw HTTPError(.notFound) }
    if context.identity != nil { return .back(to: "/") }
    guard let key = request.uri.queryParameters["key"].map(String.init), services.access.key.use(key) else {
      throw Refused(
        status: .forbidden,
        message: "This link was used already, or is of an earlier start. The file cockpit.link in the data folder "
          + "holds one that opens.",
        action: "session.wrong-link")
    }
    let user = try services.store.users.ensureLocal()
    guard user.disabledAt == nil else { throw HTTPError(.forbidden) }
    return try services.enter(user, request, context, to: "/")
  }

  @Sendable private func firstPage(_ request: Request, context: CockpitContext) async throws -> Response {
    let key = request.uri.queryParameters["key"].map(String.init) ?? ""
    try check(key)
    return try page(request, context, key: key, name: "", problem: nil)
  }

  private func check(_ key: String) throws {
    guard services.configuration.isPublic, try services.store.users.needsFirstAdmin() else {
      throw HTTPError(.notFound)
    }
    guard services.access.key.fits(key) else {
      throw Refused(
        status: .forbidden,
        message: "This link is of an earlier start. Use the one that FieldOS printed last.",
        action: "session.wrong-link")
    }
  }

  private func page(
    _ request: Request, _ context: CockpitContext, key: String, name: String, problem: String?
  ) throws -> Response {
    let view = FirstAdminView(
      frame: try services.frame("First admin", .none, request, context, scripts: ["/js/password.js"]), key: key,
      name: name, problem: problem, shortest: Self.shortestPassword)
    return try services.templates.page("access/first", view, status: problem == nil ? .ok : .unprocessableContent)
  }

  @Sendable private func makeFirst(_ request: Request, context: CockpitContext) async throws -> Response {
    let form = try await FormBody.decode(Form.self, from: request)
    try check(form.key)
    guard let name = User.tidy(form.name) else {
      return try page(request, context, key: form.key, name: "", problem: NewPassword.badName)
    }
    if let problem = NewPassword.problem(form.password) {
      return try page(request, context, key: form.key, name: name, problem: problem)
    }
    let hash = try await services.hash(form.password)
    guard services.access.key.use(form.key),
      let user = try services.store.users.makeFirstAdmin(name: name, password: hash)
    else { throw HTTPError(.conflict) }
    return try services.enter(user, request, context, to: "/")
  }
}

struct FirstAdminView: Sendable {
  let frame: PageFrame
  let key: String
  let name: String
  let problem: String?
  let shortest: Int
}

/// What a new name and password must be.
enum NewPassword {
  static let badName = "A name has 1 to \(User.longestName) characters."

  /// What is wrong with a new password, nil where nothing is.
  static func problem(_ password: String) -> String? {
    let text = password.precomposedStringWithCanonicalMapping
    if text.count < OpeningController.shortestPassword {
      return "A password has \(OpeningController.shortestPassword) characters or more."
    }
    if text.utf8.count > OpeningController.longestPassword { return "This password is too long." }
    return Set(text).count < 4 ? "This password is too easy to guess." : nil
  }
}

extension CockpitServices {
  /// A new password as the store keeps it.
  /// - Throws: 503 where too many are waiting.
  package func hash(_ password: String) async throws -> String {
    do {
      return try await access.desk.hash(password)
    } catch is PasswordDesk.Busy {
      throw HTTPError(
        .serviceUnavailable, headers: [.retryAfter: "5"], message: "Many people sign in now. Try again in 5 s.")
    }
  }
}
