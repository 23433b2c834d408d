public import Foundation

/// The rules for addresses that FieldOS posts to.
public enum EndpointURL {
  /// - Throws: ``EndpointError/invalidURL(reason:)`` unless it is http or https, names a host and holds no
  ///   credentials: those belong in a header, where logs don't see them.
  public static func validate(_ url: URL) throws(EndpointError) {
    guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: true) else {
      throw .invalidURL(reason: "not a URL")
    }
    guard let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme) else {
      throw .invalidURL(reason: "neither http nor https")
    }
    guard let host = parts.host, !host.isEmpty else { throw .invalidURL(reason: "no host") }
    if parts.user != nil || parts.password != nil { throw .invalidURL(reason: "holds credentials") }
  }
}
