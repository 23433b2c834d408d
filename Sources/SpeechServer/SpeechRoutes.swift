package import Hummingbird
package import NIOCore

/// Puts the routes of `/v1` into a router: their own errors, and nobody else's middleware.
package func addSpeechRoutes<Context: ConnectionContext>(
  to router: Router<Context>, _ services: SpeechServices
) {
  let routes = router.group("v1").add(middleware: APIErrors<Context>())
  AudioController(services: services).add(to: routes)
  ModelsController(services: services).add(to: routes)
  APIDocument.add(to: routes)
}

/// A request's context that knows its connection.
package protocol ConnectionContext: RequestContext {
  var connection: any Channel { get }
}

/// What travels with one request.
package struct SpeechContext: ConnectionContext {
  package var coreContext: CoreRequestContextStorage
  package let connection: any Channel

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    connection = source.channel
  }
}
