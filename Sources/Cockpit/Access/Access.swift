package import Domain
import Foundation
import Hummingbird
import Serving
import Storage

/// What signing in needs beside the store.
struct Access: Sendable {
  let desk: PasswordDesk
  let key = OpeningKey()
  let hosts: AllowedHosts
  let audit: AuditDesk
  let policy: SessionPolicy

  init(store: FieldStore, configuration: CockpitConfiguration, clock: WallClock) {
    desk = PasswordDesk(cost: configuration.scrypt)
    hosts = AllowedHosts(bound: configuration.host, extra: configuration.allowedHosts)
    audit = AuditDesk(store: store, clock: clock)
    policy = configuration.sessions
  }
}

/// A session as the browser gets it.
package struct BegunSession: Sendable {
  /// The cookie's value.
  package let token: String
  /// What this session's changes carry.
  package let formToken: String
  package let session: Session
}

extension CockpitServices {
  /// Begins a session with a new token.
  package func beginSession(of ownerID: ID<Owner>, agent: String, address: String) throws -> BegunSession {
    let token = Secrets.token()
    let secret = Secrets.random(bytes: 32)
    let session = try store.sessions.begin(
      of: ownerID, token: Secrets.hash(token), secret: secret, agent: agent, address: address, policy: access.policy)
    return BegunSession(token: token, formToken: Secrets.formToken(secret), session: session)
  }

  /// Signs a person in to the browser that asks, which gets a new token whatever it had before.
  func enter(
    _ user: User, _ request: Request, _ context: CockpitContext, to path: String
  ) throws -> Response {
    if let old = context.session { try store.sessions.revoke(old.id, of: old.ownerID) }
    let begun = try beginSession(of: user.id, agent: Browser.name(request), address: context.address)
    var signed = context
    signed.identity = Identity(ownerID: user.id, name: user.name, role: user.role, isSignedIn: user.hasPassword)
    try access.audit.done("session.began", user.id.rawValue, signed)
    var response = Response.back(to: path)
    response.setCookie(
      SessionCookie(isSecure: context.isSecure).session(
        begun.token, until: begun.session.expiresAt, now: clock.now()))
    return response
  }
}

/// A browser in a few words.
enum Browser {
  /// Such as 'Firefox on Android', from what the browser says of itself.
  static func name(_ request: Request) -> String {
    let agent = request.headers[.userAgent] ?? ""
    func first(_ known: [(String, String)]) -> String? { known.first { agent.contains($0.0) }?.1 }
    let browser = first([
      ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
      ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ])
    let system = first([
      ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
      ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ])
    guard let browser else { return system.map { "A program on \($0)" } ?? "A program" }
    return system.map { "\(browser) on \($0)" } ?? browser
  }
}
