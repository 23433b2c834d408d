import Foundation

/// Where an answer sends its client.
enum Redirect {
  private static let statuses: Set<Int> = [301, 302, 303, 307, 308]

  /// - Returns: nil where the answer is no redirect.
  /// - Throws: ``EndpointError/redirectRefused(host:reason:)`` for an address that is none, or that gives up encryption.
  static func target(of answer: HTTPStream, from url: URL) throws(EndpointError) -> URL? {
    guard statuses.contains(answer.status), let location = answer.headers["location"] else { return nil }
    let host = url.host() ?? ""
    guard let next = URL(string: location, relativeTo: url)?.absoluteURL else {
      throw .redirectRefused(host: host, reason: "its redirect is not a URL")
    }
    do {
      try EndpointURL.validate(next)
    } catch {
      throw .redirectRefused(host: host, reason: "its redirect is not an http or https address")
    }
    if url.scheme?.lowercased() == "https", next.scheme?.lowercased() != "https" {
      throw .redirectRefused(host: host, reason: "its redirect leaves https")
    }
    return next
  }

  /// Whether two addresses are of one server: scheme, host and port.
  static func same(_ one: URL, _ other: URL) -> Bool {
    func origin(_ url: URL) -> [String] {
      let scheme = url.scheme?.lowercased() ?? ""
      return [scheme, url.host()?.lowercased() ?? "", "\(url.port ?? (scheme == "https" ? 443 : 80))"]
    }
    return origin(one) == origin(other)
  }
}
