import Domain
import Foundation
import Hummingbird
import Serving

/// The OpenAPI document of what the cockpit answers as JSON to who accepts it: for scripts of its own pages, and for programs that are
/// signed in.
enum CockpitDocument {
  static let path = "api/openapi.json"

  static let json = OpenAPI.document(
    title: "FieldOS cockpit", version: Product.version,
    description:
      "What the cockpit's pages ask for in the background. Send 'Accept: application/json', the session's cookie, and "
      + "with everything but GET the token of /api/session as X-CSRF-Token. Its transcription API, where it is switched on, has a "
      + "document of its own: /v1/openapi.json.",
    base: "/", paths: paths, components: ["schemas": CockpitSchemas.all, "securitySchemes": ["session": session]],
    security: [["session": []]])

  private static let session = ["type": "apiKey", "in": "cookie", "name": SessionCookie.session]

  /// GET /api/openapi.json, for everybody: it tells nothing of this server.
  static func add(to routes: RouterGroup<CockpitContext>) {
    routes.get(.init(path)) { _, _ in OpenAPI.response(json) }
  }

  private static var paths: OpenAPI.Object {
    let own: OpenAPI.Object = [
      "summary": "This document.", "security": [],
      "responses": ["200": OpenAPI.answer("OpenAPI", OpenAPI.json(["type": "object"]))],
    ]
    return CockpitOperation.all.reduce(into: ["/" + path: ["get": own]]) { paths, operation in
      var methods = paths[operation.path] as? OpenAPI.Object ?? [:]
      methods[operation.method] = operation.document
      paths[operation.path] = methods
    }
  }
}
