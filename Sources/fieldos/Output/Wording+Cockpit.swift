import Cockpit
import Foundation
import Serving

extension Wording {
  static func words(_ error: CockpitError) -> String {
    switch error {
    case .portTaken(let host, let port):
      "port \(port) on \(host): another program listens there. Set FIELDOS_PORT, or start with --no-cockpit."
    case .cannotListen(let host, let port, let reason):
      "can't listen on \(host), port \(port): \(reason). Set FIELDOS_HOST and FIELDOS_PORT."
    case .certificate(.badName(let name)): "--host \(name): neither a host name nor an address. Example: 192.168.1.20"
    case .certificate(.unwritable(let path)): "\(path): can't be written. Name another folder: --out DIR"
    case .resource(let name):
      "the web app is incomplete (\(name)). Install FieldOS again; the recordings and notes are not touched."
    }
  }

  static func words(_ fault: TLSFault) -> String { "\(fault.path): \(words(fault.problem))" }

  private static func words(_ problem: TLSFault.Problem) -> String {
    switch problem {
    case .unreadable:
      "can't be read. FIELDOS_TLS_CERT and FIELDOS_TLS_KEY name two PEM files; 'fieldos cert' makes them."
    case .notACertificate: "not a certificate in PEM form. FIELDOS_TLS_CERT wants one; 'fieldos cert' makes it."
    case .notAKey:
      "not a private key in PEM form, or one with a passphrase. FIELDOS_TLS_KEY wants one without; 'fieldos cert' makes it."
    case .expired(let end):
      "the certificate ended on \(day(end)). Get a new one; 'fieldos cert' makes one for the local network."
    case .keyOfAnother(let certificate): "not the key of \(certificate). Set FIELDOS_TLS_KEY to the key made with it."
    }
  }

  private static func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }

  /// How people get in, in lines for the terminal.
  static func lines(_ door: CockpitDoor) -> [String] {
    var lines: [String] = []
    switch (door.link, door.makesFirstAdmin) {
    case (let link?, false): lines.append("open \(link)")
    case (let link?, true): lines.append("\(door.address): make the first admin at \(link)")
    case (nil, _): lines.append("\(door.address): sign in with name and password")
    }
    if door.isReadable {
      lines.append(
        "without TLS: passwords and recordings can be read on the network, and phones don't record. Run: fieldos cert")
    }
    return lines
  }
}
