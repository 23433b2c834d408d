import Foundation
import HTTPTypes
import Hummingbird
import Serving

/// Finds out from where a request comes and how: the connection says it, or a proxy that the settings trust.
/// What anybody else forwards is ignored.
struct ProxyHeaders: RouterMiddleware {
  typealias Context = CockpitContext
  let configuration: CockpitConfiguration

  func handle(
    _ request: Request, context: CockpitContext, next: (Request, CockpitContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.host = request.head.authority
    context.isSecure = configuration.tls != nil
    if configuration.trustedProxies.contains(context.address) {
      if let client = last(request.headers[.forwardedFor]), HostName.isAddress(client) { context.address = client }
      if let scheme = last(request.headers[.forwardedProto]) { context.isSecure = scheme.lowercased() == "https" }
      if let host = last(request.headers[.forwardedHost]) { context.host = host }
    }
    return try await next(request, context)
  }

  /// The proxy's own word is the last one; those before it are whatever it was sent.
  private func last(_ value: String?) -> String? {
    value?.split(separator: ",").last?.trimmingCharacters(in: .whitespaces)
  }
}

extension HTTPField.Name {
  static let forwardedFor = named("X-Forwarded-For")
  static let forwardedProto = named("X-Forwarded-Proto")
  static let forwardedHost = named("X-Forwarded-Host")
  static let secFetchSite = named("Sec-Fetch-Site")
  static let csrfToken = named("X-CSRF-Token")

  /// A name that is written in this code.
  private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .trailer }
}
