import Domain
import Foundation
import Serving
import Storage
import Synchronization

/// How people get in, for whoever starts the server to print.
public struct CockpitDoor: Sendable, Equatable {
  /// Where the server listens, such as `http://127.0.0.1:8765`.
  public let address: String
  /// The link that opens it once: for the user of this machine, or for the first admin. nil where people sign in.
  public let link: String?
  /// Whether the link makes the first admin.
  public let makesFirstAdmin: Bool
  /// Whether passwords and recordings travel readable for others on the network.
  public let isReadable: Bool
}

extension CockpitServices {
  /// The door as it is now.
  package func door(port: Int) throws -> CockpitDoor {
    let scheme = configuration.tls == nil ? "http" : "https"
    let address = "\(scheme)://\(shown(configuration.host)):\(port)"
    let makesFirst = configuration.isPublic
    let path = makesFirst ? "/first" : "/open"
    let opens = try !makesFirst || store.users.needsFirstAdmin()
    return CockpitDoor(
      address: address, link: opens ? "\(address)\(path)?key=\(access.key.current)" : nil,
      makesFirstAdmin: makesFirst && opens,
      isReadable: configuration.tls == nil && !HostName.isLoopback(configuration.host.lowercased()))
  }

  /// A host that a browser can go to.
  private func shown(_ host: String) -> String {
    let name = HostName.isEverywhere(host) ? OwnHost.addresses().first ?? "127.0.0.1" : host
    return name.contains(":") ? "[\(name)]" : name
  }
}

/// The file in the data folder that holds the link: for scripts, and for who lost the terminal. Only its owner may
/// read it; it is gone when the server ends in order.
final class LinkFile: Sendable {
  private let url: URL
  private let written = Mutex<Data?>(nil)

  init(dataDirectory: URL) {
    url = dataDirectory.appending(path: "cockpit.link")
  }

  func write(_ link: String) throws {
    let bytes = Data((link + "\n").utf8)
    let part = url.appendingPathExtension("part")
    try? FileManager.default.removeItem(at: part)
    guard
      FileManager.default.createFile(atPath: part.path, contents: bytes, attributes: [.posixPermissions: 0o600]),
      rename(part.path, url.path) == 0
    else { throw CockpitError.resource("cockpit.link") }
    written.withLock { $0 = bytes }
  }

  /// Removes what this server wrote; another server's link stays.
  func remove() {
    guard let bytes = written.withLock({ $0 }), (try? Data(contentsOf: url)) == bytes else { return }
    try? FileManager.default.removeItem(at: url)
  }
}
