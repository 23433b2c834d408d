package import Hummingbird
package import NIOCore

/// Puts the routes of `/v1` into a router: their own errors, and nobody else's middleware.
package func addSpeechRoutes<Context: RemoteAddressRequestContext>(
  to router: Router<Context>, _ services: SpeechServices
) {
  let routes = router.group("v1").add(middleware: APIErrors<Context>())
  AudioController(services: services).add(to: routes)
  ModelsController(services: services).add(to: routes)
  APIDocument.add(to: routes)
}

/// What travels with one request: the other end of its connection.
package struct SpeechContext: RemoteAddressRequestContext {
  package var coreContext: CoreRequestContextStorage
  package let remoteAddress: SocketAddress?

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    remoteAddress = source.channel.remoteAddress
  }
}
