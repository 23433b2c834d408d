package import Domain
package import Hummingbird
package import NIOCore
import SpeechServer

/// What travels with one request: who asks, from where, and the token that changes must carry.
package struct CockpitContext: ConnectionContext {
  package var coreContext: CoreRequestContextStorage
  package let connection: any Channel
  /// The other end of the connection, nil in tests without one.
  package let remoteAddress: SocketAddress?
  /// Address of who asks: the connection's, or what a trusted proxy says of it.
  package var address: String
  /// Host and port that the browser asked for, nil where it named none.
  package var host: String?
  /// Whether the browser's connection is encrypted.
  package var isSecure = false
  /// nil before the session is read, and for who is not signed in.
  package var identity: Identity?
  /// The session that the request belongs to, nil for who is not signed in.
  package var session: Session?
  /// Proof that a change comes from a page of this session, or of this visitor's.
  package var csrf = ""

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    connection = source.channel
    remoteAddress = source.channel.remoteAddress
    address = remoteAddress?.ipAddress ?? ""
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
