import Foundation
import NIOCore
import Serving

/// What this machine is called in its network.
public enum OwnHost {
  /// Addresses of other networks than the loopback's and the link's own, IPv4 first.
  public static func addresses() -> [String] {
    let devices = (try? System.enumerateDevices()) ?? []
    let found = devices.compactMap { $0.address?.ipAddress?.lowercased() }.filter {
      !HostName.isLoopback($0) && !$0.hasPrefix("fe80")
    }
    return found.filter { !$0.contains(":") } + found.filter { $0.contains(":") }
  }

  /// Host name, the same under `.local`, and the addresses.
  public static func names() -> [String] {
    let host = ProcessInfo.processInfo.hostName.lowercased()
    let isName = HostName(host)?.name == host && !HostName.isAddress(host) && !host.contains("_")
    let local = host.split(separator: ".").first.map { "\($0).local" }
    return (isName ? [host, local].compactMap(\.self) : []) + addresses()
  }
}
