import CRM
import Cockpit
import Domain
import Foundation

/// What FieldOS reaches, and where it is reached.
enum NetworkChecks {
  static func crm(_ settings: Settings) -> HealthCheck {
    HealthCheck(name: "CRM") {
      do {
        let answer = await CRMTest.ask(try settings.crm())
        switch answer.status {
        case .some(401), .some(403):
          return HealthVerdict(
            .warning, detail: answer.line, remedy: "set FIELDOS_CRM_API_KEY anew and start again; notes are kept")
        case .some(500...):
          return HealthVerdict(.warning, detail: answer.line, remedy: "put the CRM right; notes are kept and go then")
        case .some: return HealthVerdict(.ok, detail: answer.line)
        case nil:
          return HealthVerdict(
            .warning, detail: answer.line, remedy: "check FIELDOS_CRM_ENDPOINT and the network; notes are kept")
        }
      } catch {
        return HealthVerdict(
          .failure, detail: Wording.line(for: error), remedy: "put the variable right; see .env.example")
      }
    }
  }

  /// Whether the cockpit can listen; FieldOS itself may be there already.
  static func port(_ settings: Settings) -> HealthCheck {
    HealthCheck(name: "port") {
      do {
        let cockpit = try settings.cockpit()
        if cockpit.port == 0 { return HealthVerdict(.ok, detail: "any free one") }
        guard isTaken(cockpit.port) else { return HealthVerdict(.ok, detail: "\(cockpit.port) is free") }
        let link = try? String(
          contentsOf: settings.dataDirectory.appending(path: "cockpit.link"), encoding: .utf8)
        if link?.contains(":\(cockpit.port)/") == true {
          return HealthVerdict(.ok, detail: "FieldOS answers at \(cockpit.port)")
        }
        return HealthVerdict(
          .failure, detail: "\(cockpit.port) is taken by another program",
          remedy:
            "end it (ss -ltnp), or choose another: FIELDOS_PORT=\(cockpit.port == 65_535 ? 8_765 : cockpit.port + 1)")
      } catch {
        return HealthVerdict(
          .failure, detail: Wording.line(for: error), remedy: "put the variable right; see .env.example")
      }
    }
  }

  /// Tries to listen on the loopback.
  private static func isTaken(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, tcpKind, 0)
    guard descriptor >= 0, let number = UInt16(exactly: port) else { return false }
    defer { close(descriptor) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = number.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return result != 0 && errno == EADDRINUSE
  }

  #if canImport(Glibc)
    private static let tcpKind = Int32(SOCK_STREAM.rawValue)
  #else
    private static let tcpKind = SOCK_STREAM
  #endif
}
