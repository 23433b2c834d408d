/// Why a request has no answer. The cases differ in what the other side may have seen.
public enum EndpointError: Error, Equatable, Sendable {
  /// The address is not an http or https URL with a host. Nothing was sent.
  case invalidURL(reason: String)
  /// No connection was made. Nothing was sent.
  case unreachable(host: String, reason: String)
  /// No answer in time. The other side may have acted on the request.
  case timedOut(seconds: Double)
  /// The connection broke after it was made. The other side may have acted on the request.
  case connectionLost(host: String, reason: String)
  /// A reply pointed to an address that must not be followed, or to one too many.
  case redirectRefused(host: String, reason: String)
  /// The poster has been shut down. Nothing was sent.
  case shutDown

  /// Whether it is certain that the other side saw nothing of the request.
  public var nothingWasSent: Bool {
    switch self {
    case .invalidURL, .unreachable, .shutDown: true
    case .timedOut, .connectionLost, .redirectRefused: false
    }
  }
}
