import HTTPTypes
import Hummingbird
import Serving

/// Headers that every answer carries: no inline script or style, no frames, no guessing of types, and no way back to
/// http for 30 days where the answer came over TLS.
struct SecurityHeaders: RouterMiddleware {
  typealias Context = CockpitContext

  static let policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "media-src 'self' blob:",
    "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'", "font-src 'self'", "base-uri 'none'",
    "form-action 'self'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  func handle(
    _ request: Request, context: CockpitContext, next: (Request, CockpitContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    for (name, value) in Self.headers where response.headers[name] == nil { response.headers[name] = value }
    if context.isSecure, let host = context.host.flatMap(HostName.init), !HostName.isLoopback(host.name) {
      response.headers[.strictTransportSecurity] = "max-age=2592000"
    }
    return response
  }

  private static let headers: [HTTPField.Name: String] = {
    let named = [
      "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
      "Permissions-Policy": "microphone=(self), camera=(), geolocation=(self)",
      "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    ]
    return named.reduce(into: [:]) { headers, pair in
      if let name = HTTPField.Name(pair.key) { headers[name] = pair.value }
    }
  }()
}
