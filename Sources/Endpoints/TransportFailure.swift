import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// Sorts the HTTP client's errors by what the other side may have seen.
enum TransportFailure {
  static func translate(_ error: any Error, host: String, timeout: Duration) -> any Error {
    switch error {
    case is CancellationError: return error
    case let failure as NIOConnectionError:
      return EndpointError.unreachable(host: host, reason: reason(failure))
    case let failure as HTTPClientError: return translate(failure, host: host, timeout: timeout)
    case let failure as IOError: return translate(failure, host: host)
    default:
      let said = String(describing: error)
      if said.contains("CERTIFICATE_VERIFY_FAILED") { return EndpointError.unreachable(host: host, reason: untrusted) }
      return EndpointError.connectionLost(host: host, reason: String(said.prefix(200)))
    }
  }

  private static let untrusted = "its certificate is not one that this machine trusts"

  /// Connecting to an address literal fails with the system's own error; these numbers come from connecting only.
  private static func translate(_ failure: IOError, host: String) -> EndpointError {
    let reason = String(cString: strerror(failure.errnoCode))
    return switch failure.errnoCode {
    case ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL: .unreachable(host: host, reason: reason)
    default: .connectionLost(host: host, reason: reason)
    }
  }

  private static func translate(_ failure: HTTPClientError, host: String, timeout: Duration) -> any Error {
    switch failure {
    case .cancelled: CancellationError()
    case .alreadyShutdown: EndpointError.shutDown
    case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
      EndpointError.unreachable(host: host, reason: "no connection in time")
    case .invalidURL, .emptyHost, .emptyScheme: EndpointError.invalidURL(reason: "not a URL")
    case .deadlineExceeded, .readTimeout, .writeTimeout: EndpointError.timedOut(seconds: timeout / .seconds(1))
    case .remoteConnectionClosed: EndpointError.connectionLost(host: host, reason: "closed before it answered")
    default: EndpointError.connectionLost(host: host, reason: failure.shortDescription)
    }
  }

  /// What the system said, without the list of every address that was tried.
  private static func reason(_ failure: NIOConnectionError) -> String {
    if let first = failure.connectionErrors.first?.error {
      if let io = first as? IOError { return String(cString: strerror(io.errnoCode)) }
      return String(describing: type(of: first))
    }
    if failure.dnsAError != nil || failure.dnsAAAAError != nil { return "its name cannot be resolved" }
    return "no address to connect to"
  }
}
