package import HummingbirdCore
import HummingbirdTLS
import NIOCore
package import NIOSSL

/// How every server of this program treats connections.
package enum ServerRules {
  package static let mostConnections = 1_024
  /// A connection on which nothing happens is closed after so long; an answer under way counts as something.
  private static let idle = TimeAmount.seconds(75)

  /// - Parameter tls: nil: http.
  /// - Throws: what is wrong with the certificate.
  package static func server(_ limits: BodyGuard.Limits, _ tls: TLSConfiguration?) throws -> HTTPServerBuilder {
    let plain = HTTPServerBuilder.http1(
      configuration: .init(
        additionalChannelHandlers: [BodyGuard(limits), GoneClient()], idleTimeout: idle,
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16_384, maxHeaderListSize: 65_536, maxHeaderFieldCount: 100)))
    return try tls.map { try .tls(plain, tlsConfiguration: $0) } ?? plain
  }
}
