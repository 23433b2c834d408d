import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Serving
import Storage

/// Finds out who asks from the session's cookie, and hands out the next token when this one is old. A visitor without
/// a session gets a number, so that the sign-in form has a token too.
struct SessionReader: RouterMiddleware {
  typealias Context = CockpitContext
  let services: CockpitServices

  func handle(
    _ request: Request, context: CockpitContext, next: (Request, CockpitContext) async throws -> Response
  ) async throws -> Response {
    let cookie = SessionCookie(isSecure: context.isSecure)
    guard let token = cookie.token(request),
      let found = try services.store.sessions.find(token: Secrets.hash(token), policy: services.access.policy)
    else { return try await visit(request, context, cookie, next) }
    noteUse(found, token, context)
    var context = context
    context.identity = Identity(
      ownerID: found.user.id, name: found.user.name, role: found.user.role, isSignedIn: found.user.hasPassword)
    context.session = found.session
    context.csrf = Secrets.formToken(found.session.secret)
    var response = try await next(request, context)
    if found.wantsRenewal, response.isPage, let renewed = renew(found.session, context) {
      response.setCookie(cookie.session(renewed, until: found.session.expiresAt, now: services.clock.now()))
    }
    return response
  }

  private func visit(
    _ request: Request, _ context: CockpitContext, _ cookie: SessionCookie,
    _ next: (Request, CockpitContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    let known = cookie.visitor(request)
    let number = known ?? Secrets.token()
    context.csrf = Secrets.formToken(Data(number.utf8))
    var response = try await next(request, context)
    if known == nil, response.isPage { response.setCookie(cookie.visitor(number)) }
    return response
  }

  /// A disk that can't take it now keeps nobody out.
  private func noteUse(_ found: SessionStore.Found, _ token: String, _ context: CockpitContext) {
    do {
      try services.store.sessions.note(found, token: Secrets.hash(token), policy: services.access.policy)
    } catch {
      context.logger.error("use of a session not written", metadata: ["error": "\(error)"])
    }
  }

  private func renew(_ session: Session, _ context: CockpitContext) -> String? {
    let token = Secrets.token()
    do {
      return try services.store.sessions.renew(session, token: Secrets.hash(token)) ? token : nil
    } catch {
      context.logger.error("token not renewed", metadata: ["error": "\(error)"])
      return nil
    }
  }
}

extension Response {
  fileprivate var isPage: Bool { headers[.contentType]?.hasPrefix("text/html") == true }
}
