import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// Users in Settings: add, role, disable, set a password. For admins.
struct UsersController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    let users = routes.group("settings/users")
    users.post(use: add)
    users.post(":id/role", use: setRole)
    users.post(":id/disable", use: disable)
    users.post(":id/enable", use: enable)
    users.post(":id/password", use: resetPassword)
  }

  private struct NewUser: Decodable {
    let name: String
    let role: String
    let password: String
  }

  private struct RoleForm: Decodable { let role: String }
  private struct PasswordForm: Decodable { let password: String }

  @Sendable private func add(_ request: Request, context: CockpitContext) async throws -> Response {
    let admin = try context.atLeast(.admin)
    let form = try await FormBody.decode(NewUser.self, from: request)
    guard let role = Role(rawValue: form.role) else { throw HTTPError(.badRequest) }
    guard let name = User.tidy(form.name) else { return try refuse(NewPassword.badName, request, context) }
    if let problem = NewPassword.problem(form.password) { return try refuse(problem, request, context) }
    let hash = try await services.hash(form.password)
    guard let user = try services.store.users.add(name: name, role: role, password: hash, by: admin.ownerID) else {
      return try refuse("Somebody else is called so.", request, context)
    }
    try services.access.audit.done("user.added", user.id.rawValue, context)
    return SettingsSaid.added.back
  }

  @Sendable private func setRole(_ request: Request, context: CockpitContext) async throws -> Response {
    let admin = try context.atLeast(.admin)
    let form = try await FormBody.decode(RoleForm.self, from: request)
    guard let role = Role(rawValue: form.role) else { throw HTTPError(.badRequest) }
    let id = try user(context)
    return try answer(
      services.store.users.setRole(role, of: id, by: admin.ownerID), "user.role", id, .changed, request, context)
  }

  @Sendable private func disable(_ request: Request, context: CockpitContext) async throws -> Response {
    try setDisabled(true, request, context)
  }

  @Sendable private func enable(_ request: Request, context: CockpitContext) async throws -> Response {
    try setDisabled(false, request, context)
  }

  private func setDisabled(_ isDisabled: Bool, _ request: Request, _ context: CockpitContext) throws -> Response {
    let admin = try context.atLeast(.admin)
    let id = try user(context)
    return try answer(
      services.store.users.setDisabled(isDisabled, id, by: admin.ownerID),
      isDisabled ? "user.disabled" : "user.enabled", id, .changed, request, context)
  }

  @Sendable private func resetPassword(_ request: Request, context: CockpitContext) async throws -> Response {
    let admin = try context.atLeast(.admin)
    let form = try await FormBody.decode(PasswordForm.self, from: request)
    let id = try user(context)
    // One's own is changed with the present one.
    if id == admin.ownerID { throw HTTPError(.badRequest, message: "Change your own password under 'Your sign-in'.") }
    if let problem = NewPassword.problem(form.password) { return try refuse(problem, request, context) }
    let change = try services.store.users.setPassword(
      try await services.hash(form.password), of: id, by: admin.ownerID, keeping: nil)
    return try answer(change, "user.password", id, .reset, request, context)
  }

  private func user(_ context: CockpitContext) throws -> ID<Owner> { ID(try context.parameters.require("id")) }

  private func answer(
    _ change: UserStore.Change, _ action: String, _ id: ID<Owner>, _ said: SettingsSaid, _ request: Request,
    _ context: CockpitContext
  ) throws -> Response {
    switch change {
    case .done:
      try services.access.audit.done(action, id.rawValue, context)
      return said.back
    case .missing: throw HTTPError(.notFound)
    case .nameTaken: return try refuse("Somebody else is called so.", request, context)
    case .lastAdmin:
      return try refuse("This is the only admin. Make somebody else an admin first.", request, context)
    }
  }

  private func refuse(_ problem: String, _ request: Request, _ context: CockpitContext) throws -> Response {
    try services.settingsPage(request, context, problem: problem, status: .unprocessableContent)
  }
}
