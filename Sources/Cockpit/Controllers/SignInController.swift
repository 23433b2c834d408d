import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Serving
import Storage

/// /signin and /signout. One answer for every cause of failure, and about the same time for each.
struct SignInController {
  let services: CockpitServices
  private static let longestPassword = 1_024

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("signin", use: page)
    routes.post("signin", use: signIn)
    routes.post("signout", use: signOut)
  }

  private struct Form: Decodable {
    var name = ""
    var password = ""
    var back: String?

    enum CodingKeys: CodingKey { case name, password, back }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      name = try fields.decodeIfPresent(String.self, forKey: .name) ?? ""
      password = try fields.decodeIfPresent(String.self, forKey: .password) ?? ""
      back = try fields.decodeIfPresent(String.self, forKey: .back)
    }
  }

  @Sendable private func page(_ request: Request, context: CockpitContext) async throws -> Response {
    let back = LocalPath.checked(request.uri.queryParameters["back"].map(String.init)?.removingPercentEncoding)
    if context.identity != nil { return .back(to: back) }
    if try !services.store.users.anyoneSignsIn() { return try useTheLink(request, context) }
    return try form(request, context, name: "", back: back, problem: nil)
  }

  /// Nobody has a password: on this machine the printed link opens, elsewhere it makes the first admin.
  private func useTheLink(_ request: Request, _ context: CockpitContext) throws -> Response {
    let view = LinkView(
      frame: try services.frame("Open FieldOS", .none, request, context),
      isPublic: services.configuration.isPublic, host: context.host ?? "127.0.0.1")
    return try services.templates.page("access/link", view)
  }

  private func form(
    _ request: Request, _ context: CockpitContext, name: String, back: String, problem: String?,
    status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let view = SignInView(
      frame: try services.frame("Sign in", .none, request, context, scripts: ["/js/password.js"]), name: name,
      back: back, problem: problem)
    return try services.templates.page("access/signin", view, status: status)
  }

  @Sendable private func signIn(_ request: Request, context: CockpitContext) async throws -> Response {
    let form = try await FormBody.decode(Form.self, from: request)
    let back = LocalPath.checked(form.back)
    let limits = [
      SignInLimit.name(Secrets.fingerprint(User.key(form.name))), SignInLimit.address(context.address),
    ]
    if let wait = try services.store.signIns.begin(limits) {
      services.access.audit.refused("session.too-many-tries", "", context)
      return try again(form, "Too many tries. Wait \(wait) s.", .tooManyRequests, wait, request, context)
    }
    let known = try services.store.users.credentials(name: form.name)
    let isRight: Bool
    do {
      let password = form.password.utf8.count > Self.longestPassword ? "" : form.password
      isRight = try await services.access.desk.matches(password, stored: known?.password)
    } catch is PasswordDesk.Busy {
      return try again(form, "Many people sign in now. Try again in 5 s.", .serviceUnavailable, 5, request, context)
    }
    guard isRight, let user = known?.user, user.disabledAt == nil else {
      services.access.audit.refused("session.wrong-password", known?.user.id.rawValue ?? "", context)
      return try self.form(
        request, context, name: form.name, back: back, problem: "Name or password is not right.",
        status: .unauthorized)
    }
    try services.store.signIns.succeeded(limits)
    return try services.enter(user, request, context, to: back)
  }

  private func again(
    _ form: Form, _ problem: String, _ status: HTTPResponse.Status, _ wait: Int, _ request: Request,
    _ context: CockpitContext
  ) throws -> Response {
    var response = try self.form(
      request, context, name: form.name, back: LocalPath.checked(form.back), problem: problem, status: status)
    response.headers[.retryAfter] = String(wait)
    return response
  }

  @Sendable private func signOut(_ request: Request, context: CockpitContext) async throws -> Response {
    if let session = context.session {
      try services.store.sessions.revoke(session.id, of: session.ownerID)
      try services.access.audit.done("session.ended", session.ownerID.rawValue, context)
    }
    // Recordings stay in the browser: they belong to the person and go up after the next sign-in.
    var response = Response.back(to: "/signin")
    response.setCookie(SessionCookie(isSecure: context.isSecure).noSession)
    return response
  }
}

struct SignInView: Sendable {
  let frame: PageFrame
  let name: String
  let back: String
  let problem: String?
}

struct LinkView: Sendable {
  let frame: PageFrame
  /// Whether the link makes the first admin.
  let isPublic: Bool
  /// Host and port that the browser asked for.
  let host: String
}
