import Domain
import Foundation
import NIOCore

/// A host and port as browsers write them: `127.0.0.1:8765`, `[::1]:8765`, `fieldos.lan`.
package struct HostName: Equatable {
  /// Lower case, without brackets.
  package let name: String
  package let port: Int?

  package init?(_ authority: String) {
    let text = authority.lowercased()
    guard !text.isEmpty, text.utf8.count <= 255, text.utf8.allSatisfy(Self.isPlain) else { return nil }
    var rest = text[...]
    if rest.first == "[" {
      guard let end = rest.firstIndex(of: "]") else { return nil }
      name = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
    } else {
      let end = rest.firstIndex(of: ":") ?? rest.endIndex
      name = String(rest[..<end])
      rest = rest[end...]
    }
    guard !name.isEmpty else { return nil }
    if rest.isEmpty {
      port = nil
    } else {
      guard rest.first == ":", let number = UInt16(rest.dropFirst()) else { return nil }
      port = Int(number)
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7a: true
    case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  package static func isLoopback(_ name: String) -> Bool {
    name == "localhost" || name == "::1" || (name.hasPrefix("127.") && isAddress(name))
  }

  /// Whether it is an address, not a name: no name server can make one lead elsewhere.
  package static func isAddress(_ name: String) -> Bool { (try? SocketAddress(ipAddress: name, port: 0)) != nil }

  /// Whether a server bound to it listens on every address of the machine.
  package static func isEverywhere(_ name: String) -> Bool { ["0.0.0.0", "::", ""].contains(name) }
}

/// The names under which this server answers. A page of another site that had its own name lead here is refused.
package struct AllowedHosts: Sendable {
  private let names: Set<String>
  private let anyAddress: Bool

  /// - Parameters:
  ///   - bound: what the server listens on.
  ///   - extra: more names, as the setting has them.
  package init(bound: String, extra: [String]) {
    anyAddress = HostName.isEverywhere(bound)
    names = Set((extra + [bound]).map { $0.lowercased() })
  }

  package func allows(_ authority: String?) -> Bool {
    guard let authority, let host = HostName(authority) else { return false }
    if HostName.isLoopback(host.name) || names.contains(host.name) { return true }
    return anyAddress && HostName.isAddress(host.name)
  }
}
