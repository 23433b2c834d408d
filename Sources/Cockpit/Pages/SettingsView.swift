import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// What `settings.mustache` shows.
struct SettingsView: Sendable {
  struct Line: Sendable {
    let label: String
    let value: String
  }

  struct SignIn: Sendable {
    let id: String
    let agent: String
    let line: String
    let isThis: Bool
  }

  struct Person: Sendable {
    let id: String
    let name: String
    let line: String
    let isSelf: Bool
    let isDisabled: Bool
    let roles: [RoleChoice]
  }

  struct RoleChoice: Sendable {
    let value: String
    let words: String
    let isChosen: Bool
  }

  let frame: PageFrame
  let problem: String?
  let said: String?
  let engine: [Line]
  let crm: [Line]
  let crmResult: String?
  let mayTest: Bool
  let retention: [Line]
  let keys: [Line]
  let signIns: [SignIn]
  let hasOthers: Bool
  let hasPassword: Bool
  let name: String
  let shortest: Int
  let people: [Person]
  let newRoles: [RoleChoice]
  let isAdmin: Bool
}

extension SettingsView.RoleChoice {
  static func all(chosen: Role) -> [SettingsView.RoleChoice] {
    Role.allCases.map { role in
      SettingsView.RoleChoice(value: role.rawValue, words: words(role), isChosen: role == chosen)
    }
  }

  static func words(_ role: Role) -> String {
    switch role {
    case .rep: "Rep"
    case .manager: "Manager"
    case .admin: "Admin"
    }
  }
}

extension CockpitServices {
  /// The page, with what was refused or what a test gave.
  func settingsPage(
    _ request: Request, _ context: CockpitContext, said: String? = nil, problem: String? = nil,
    crmResult: String? = nil, status: HTTPResponse.Status = .ok
  ) throws -> Response {
    let identity = try context.signedIn()
    let isAdmin = identity.role == .admin
    let facts = configuration.facts
    let signIns = try store.sessions.open(of: identity.ownerID, policy: access.policy)
    let user = try store.users.find(identity.ownerID)
    let view = SettingsView(
      frame: try frame("Settings", .settings, request, context, scripts: ["/js/password.js", "/js/settings.js"]),
      problem: problem,
      said: said, engine: lines(facts.engine) + [liveLine], crm: identity.role >= .manager ? lines(facts.crm) : [],
      crmResult: crmResult, mayTest: isAdmin && facts.testCRM != nil, retention: lines(facts.retention),
      keys: isAdmin ? lines(facts.keys) : [], signIns: signIns.map { line($0, context) },
      hasOthers: signIns.count > 1, hasPassword: user?.hasPassword ?? false,
      name: user?.hasPassword == true ? user?.name ?? "" : "", shortest: OpeningController.shortestPassword,
      people: isAdmin ? try store.users.all().map { person($0, identity) } : [],
      newRoles: SettingsView.RoleChoice.all(chosen: .rep), isAdmin: isAdmin)
    return try templates.page("settings", view, status: status)
  }

  /// Who hears recordings while they are spoken.
  private var liveLine: SettingsView.Line {
    let label = "Live words"
    guard let live else { return .init(label: label, value: "off") }
    if let refusal = live.refusal { return .init(label: label, value: "off. \(refusal)") }
    guard let engine = live.engine else { return .init(label: label, value: "on, starts with the first recording") }
    return .init(label: label, value: "on, \(engine.name), \(engine.model)")
  }

  private func lines(_ facts: [CockpitFacts.Fact]) -> [SettingsView.Line] {
    facts.map { SettingsView.Line(label: $0.label, value: $0.value) }
  }

  private func line(_ session: Session, _ context: CockpitContext) -> SettingsView.SignIn {
    let place = session.address.isEmpty ? "" : " from \(session.address)"
    return SettingsView.SignIn(
      id: session.id.rawValue, agent: session.agent,
      line: "Last used \(Self.moment(session.lastSeenAt))\(place). Since \(Self.moment(session.createdAt)).",
      isThis: session.id == context.session?.id)
  }

  private func person(_ user: User, _ identity: Identity) -> SettingsView.Person {
    let state =
      if let since = user.disabledAt {
        "disabled since \(Self.moment(since))"
      } else {
        user.hasPassword ? "signs in with a password" : "opens by the link on this machine"
      }
    return SettingsView.Person(
      id: user.id.rawValue, name: user.name, line: "\(SettingsView.RoleChoice.words(user.role)), \(state)",
      isSelf: user.id == identity.ownerID, isDisabled: user.disabledAt != nil,
      roles: SettingsView.RoleChoice.all(chosen: user.role))
  }

  /// Local time to the minute: `23 Nov, 14:02`.
  private static func moment(_ date: Date) -> String {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let text = Timestamp.local(date, zone: .autoupdatingCurrent)
    let month = Int(text.dropFirst(5).prefix(2)).flatMap { names.indices.contains($0 - 1) ? names[$0 - 1] : nil }
    let day = Int(text.dropFirst(8).prefix(2)) ?? 0
    return "\(day) \(month ?? ""), \(text.dropFirst(11).prefix(5))"
  }
}
