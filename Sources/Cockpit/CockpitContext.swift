package import Hummingbird
package import NIOCore

/// What travels with one request: who asks, and the token that its changes must carry.
package struct CockpitContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// The other end of the connection, nil in tests without one.
  package let remoteAddress: SocketAddress?
  /// nil before the session is read, and for who is not signed in.
  package var identity: Identity?
  /// Proof that a change comes from a page of this session.
  package var csrf = ""

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    remoteAddress = source.channel.remoteAddress
  }

  /// Who asks.
  /// - Throws: 401 where nobody is signed in.
  func signedIn() throws -> Identity {
    guard let identity else { throw HTTPError(.unauthorized) }
    return identity
  }

  /// Who asks, where the role suffices.
  /// - Throws: 401 where nobody is signed in, 403 where the role does not suffice.
  func atLeast(_ role: Role) throws -> Identity {
    let identity = try signedIn()
    guard identity.role >= role else { throw HTTPError(.forbidden) }
    return identity
  }
}
