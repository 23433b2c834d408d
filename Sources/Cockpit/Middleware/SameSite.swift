import HTTPTypes
import Hummingbird
import Serving

/// Refuses what pages of other sites make a browser send: requests under a name that is not ours, and changes whose
/// origin is not the page's own.
struct SameSite: RouterMiddleware {
  typealias Context = CockpitContext
  let hosts: AllowedHosts

  func handle(
    _ request: Request, context: CockpitContext, next: (Request, CockpitContext) async throws -> Response
  ) async throws -> Response {
    guard hosts.allows(context.host) else {
      throw Refused(
        status: .misdirectedRequest,
        message: "FieldOS does not answer under this name. Use the address that it printed at start, or add the name "
          + "to FIELDOS_ALLOWED_HOSTS.",
        action: "request.unknown-host")
    }
    if !request.isHarmless, !isOwn(request, context) {
      throw Refused(
        status: .forbidden, message: "This came from another site. Nothing was done.", action: "request.cross-origin")
    }
    return try await next(request, context)
  }

  /// Browsers say where a change comes from; programs that say nothing still need the session's token.
  private func isOwn(_ request: Request, _ context: CockpitContext) -> Bool {
    if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { return false }
    guard let origin = request.headers[.origin] else { return true }
    guard let host = context.host.flatMap(HostName.init) else { return false }
    let scheme = context.isSecure ? "https://" : "http://"
    guard origin.lowercased().hasPrefix(scheme), let named = HostName(String(origin.dropFirst(scheme.count)))
    else { return false }
    let standard = context.isSecure ? 443 : 80
    return named.name == host.name && (named.port ?? standard) == (host.port ?? standard)
  }
}

extension Request {
  /// Whether the method is one that changes nothing.
  var isHarmless: Bool { [.get, .head, .options].contains(method) }
}
