import Foundation
package import Hummingbird
package import Logging

/// Puts the routes together. Order matters: errors outermost, then headers, then who asks.
package func buildRouter(_ services: CockpitServices, logger: Logger) -> Router<CockpitContext> {
  let router = Router(context: CockpitContext.self)
  router.add(middleware: SecurityHeaders())
  router.add(middleware: PlainErrors(services: services))
  router.add(
    middleware: FileMiddleware(
      CockpitResources.assets.path, cacheControl: .init([(MediaType(type: .any), [.noCache])]), logger: logger))
  router.add(middleware: LocalUser())
  let routes = router.group()
  ThemeController().add(to: routes)
  LiveController(services: services).add(to: routes)
  return router
}
