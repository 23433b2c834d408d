import Domain
import Hummingbird

/// The one user of a machine, until sign-in is built.
struct LocalUser: RouterMiddleware {
  typealias Context = CockpitContext

  func handle(
    _ request: Request, context: CockpitContext, next: (Request, CockpitContext) async throws -> Response
  ) async throws -> Response {
    if context.identity != nil { return try await next(request, context) }
    var context = context
    context.identity = Identity(ownerID: Owner.local, name: "You", role: .admin, isSignedIn: false)
    return try await next(request, context)
  }
}
