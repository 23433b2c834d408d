import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Serving
import Storage

/// /settings: how this installation is configured, the person's own password, sign-ins and keyboard.
struct SettingsController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    let settings = routes.group("settings")
    settings.get(use: page)
    settings.post("crm/test", use: testCRM)
    settings.post("keys", use: switchKeys)
    settings.post("password", use: setPassword)
    settings.post("sessions/:id/end", use: endSession)
    settings.post("sessions/end-others", use: endOthers)
  }

  private struct PasswordForm: Decodable {
    let current: String?
    let name: String?
    let password: String
  }

  private struct KeysForm: Decodable { let on: String }

  @Sendable private func page(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.signedIn()
    let said = request.uri.queryParameters["said"].flatMap { SettingsSaid(rawValue: String($0)) }
    return try services.settingsPage(request, context, said: said?.words)
  }

  @Sendable private func testCRM(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.atLeast(.admin)
    guard let test = services.configuration.facts.testCRM else { throw HTTPError(.notFound) }
    let result = await test()
    try services.access.audit.done("crm.tested", "", context)
    if request.wantsJSON { return try .json(["result": result]) }
    return try services.settingsPage(request, context, crmResult: result)
  }

  @Sendable private func switchKeys(_ request: Request, context: CockpitContext) async throws -> Response {
    let form = try await FormBody.decode(KeysForm.self, from: request)
    var response = Response.back(to: "/settings#keys")
    response.setCookie(
      Cookie(
        name: "keys", value: form.on == "true" ? "on" : "off", maxAge: 31_536_000, path: "/",
        secure: context.isSecure, sameSite: .lax))
    return response
  }

  @Sendable private func setPassword(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let form = try await FormBody.decode(PasswordForm.self, from: request)
    guard let user = try services.store.users.find(identity.ownerID) else { throw HTTPError(.notFound) }
    if user.hasPassword, let refusal = try await check(form.current ?? "", of: user, request, context) {
      return refusal
    }
    var name = user.name
    if !user.hasPassword, let wish = form.name {
      guard let tidy = User.tidy(wish) else { return try refuse(NewPassword.badName, request, context) }
      name = tidy
    }
    if let problem = NewPassword.problem(form.password) { return try refuse(problem, request, context) }
    let change = try services.store.users.setPassword(
      try await services.hash(form.password), name: name, of: user.id, by: user.id, keeping: context.session?.id)
    guard change == .done else { return try refuse("Somebody else is called so.", request, context) }
    try services.access.audit.done("user.password", user.id.rawValue, context)
    return SettingsSaid.password.back
  }

  /// The present password again: a browser left open is not enough to change it. Guessing is bounded as at sign-in.
  /// - Returns: the page that refuses, nil where the password is right.
  private func check(
    _ password: String, of user: User, _ request: Request, _ context: CockpitContext
  ) async throws -> Response? {
    let limits = [SignInLimit.name(Secrets.fingerprint(User.key(user.name)))]
    if let wait = try services.store.signIns.begin(limits) {
      return try refuse("Too many tries. Wait \(wait) s.", request, context, .tooManyRequests)
    }
    let known = try services.store.users.credentials(name: user.name)
    let isRight: Bool
    do {
      isRight = try await services.access.desk.matches(password, stored: known?.password)
    } catch is PasswordDesk.Busy {
      return try refuse("Many people sign in now. Try again in 5 s.", request, context, .serviceUnavailable)
    }
    if isRight {
      try services.store.signIns.succeeded(limits)
      return nil
    }
    services.access.audit.refused("user.wrong-password", user.id.rawValue, context)
    return try refuse("Your present password is not right.", request, context)
  }

  private func refuse(
    _ problem: String, _ request: Request, _ context: CockpitContext,
    _ status: HTTPResponse.Status = .unprocessableContent
  ) throws -> Response {
    try services.settingsPage(request, context, problem: problem, status: status)
  }

  @Sendable private func endSession(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let id = ID<Session>(try context.parameters.require("id"))
    guard try services.store.sessions.revoke(id, of: identity.ownerID) else { throw HTTPError(.notFound) }
    try services.access.audit.done("session.ended", identity.ownerID.rawValue, context)
    return SettingsSaid.ended.back
  }

  @Sendable private func endOthers(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    try services.store.sessions.revokeAll(of: identity.ownerID, except: context.session?.id)
    try services.access.audit.done("session.ended-others", identity.ownerID.rawValue, context)
    return SettingsSaid.ended.back
  }
}

/// What Settings says after a change, by a word in the address.
enum SettingsSaid: String {
  case added, changed, password, ended, reset

  var words: String {
    switch self {
    case .added: "Added. Tell the person the name and the password yourself."
    case .changed: "Changed."
    case .password: "Your password is set. Your other sign-ins are ended."
    case .ended: "Ended."
    case .reset: "Password set. The person is signed out everywhere."
    }
  }

  var back: Response { .back(to: "/settings?said=\(rawValue)") }
}
