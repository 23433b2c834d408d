import Domain
import Hummingbird
import Storage

/// What every page shows around its own content: `frame` in the templates.
struct PageFrame: Sendable {
  let title: String
  /// Path of this page, to come back to.
  let path: String
  /// Which entry of the navigation this page belongs to.
  let active: String
  /// The same, for templates: `frame.on.today`.
  let on: [String: Bool]
  let user: String
  /// Whose browser storage this is: recordings belong to a person, not to a phone.
  let owner: String
  let signedIn: Bool
  /// For templates that show what only some may: `frame.may.manage`.
  let may: [String: Bool]
  let csrf: String
  /// "light", "dark", or nil for the device's own.
  let theme: String?
  let themeName: String
  /// Notes that are not in the CRM yet, nil for none.
  let outbox: Int?
  let offline: Bool
  let isQA: Bool
  let noRecorder: Bool
  /// Whether there is a copilot.
  let asks: Bool
  /// Whether this browser's keyboard shortcuts are switched off.
  let keysOff: Bool
  /// What keeps something from working, for managers; nil while nothing does.
  let trouble: String?
  /// Modules of this page beside `app.js`, as paths.
  let scripts: [String]
}

/// An entry of the navigation.
enum PageName: String {
  case today, notes, outbox, ask, pipeline, reference, ops, settings, record, none
}

extension CockpitServices {
  /// The frame of a page for who asks.
  func frame(
    _ title: String, _ active: PageName, _ request: Request, _ context: CockpitContext, scripts: [String] = []
  ) throws -> PageFrame {
    let theme = Theme(request)
    let identity = context.identity
    let waiting = try identity.map { try store.outbox.waitingCount(ownerID: $0.ownerID) } ?? 0
    return PageFrame(
      title: title, path: request.uri.path, active: active.rawValue, on: [active.rawValue: true],
      user: identity?.name ?? "", owner: identity?.ownerID.rawValue ?? "", signedIn: identity?.isSignedIn ?? false,
      may: ["manage": (identity?.role ?? .rep) >= .manager, "administer": identity?.role == .admin],
      csrf: context.csrf, theme: theme.attribute, themeName: theme.name, outbox: waiting == 0 ? nil : waiting,
      offline: try identity.map { try store.outbox.isOffline($0.ownerID) } ?? false,
      isQA: configuration.isQA, noRecorder: !configuration.offersRecorder, asks: copilot != nil && identity != nil,
      keysOff: request.cookies["keys"]?.value == "off",
      trouble: identity.flatMap { trouble(for: $0.role, active) }, scripts: scripts)
  }

  /// The page Operations tells all of it.
  private func trouble(for role: Role, _ active: PageName) -> String? {
    guard role >= .manager, active != .ops else { return nil }
    let failure = configuration.health.findings.first { $0.verdict.level == .failure }
    return failure.map { "\($0.check): \($0.verdict.detail)" }
  }
}
