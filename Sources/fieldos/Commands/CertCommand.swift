import ArgumentParser
import Cockpit
import Foundation

struct CertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cert", abstract: "Make a certificate for https in your own network, and an authority to trust.",
    discussion: "The authority may sign for local names and private addresses only. Called again, it signs anew and "
      + "devices need not trust it again.")

  @Option(help: "Name or address of this server; several are possible. Default: this machine's.") var host: [String] =
    []
  @Option(help: "Folder for the files. Default: tls in the data folder.") var out: String?
  @Option(help: "Port in the address that is shown. Default: FIELDOS_PORT.") var port: Int?

  func run() throws {
    let settings = try Settings.load()
    let folder =
      out.map { URL(filePath: $0, directoryHint: .isDirectory) } ?? settings.dataDirectory.appending(path: "tls")
    let own = OwnHost.names()
    let names = (host.isEmpty ? own : host) + ["localhost", "127.0.0.1", "::1"]
    var seen: Set<String> = []
    let unique = names.filter { seen.insert($0.lowercased()).inserted }
    let made = try LocalCertificates.make(names: unique, in: folder, now: Date())
    let port = try port ?? settings.cockpit().port
    let name = (host.isEmpty ? OwnHost.addresses().first : host.first) ?? unique[0]
    tell(made, address: "https://\(name.contains(":") ? "[\(name)]" : name):\(port == 0 ? 8_765 : port)")
  }

  private func tell(_ made: LocalCertificates, address: String) {
    Console.line(
      "For \(made.names.joined(separator: ", ")), until \(made.expires.formatted(.iso8601.year().month().day())).")
    Console.line("")
    Console.line("In .env:")
    Console.line("  FIELDOS_TLS_CERT=\(made.certificate.path)")
    Console.line("  FIELDOS_TLS_KEY=\(made.key.path)")
    Console.line("  FIELDOS_HOST=0.0.0.0")
    Console.line("")
    if made.isNewAuthority {
      Console.line("Each device has to trust \(made.authority.path) once. Its SHA-256 fingerprint:")
      Console.line("  \(made.fingerprint)")
      for line in CertTrust.lines { Console.line(line) }
    } else {
      Console.line("Devices that trusted the authority before need nothing new. Its SHA-256 fingerprint:")
      Console.line("  \(made.fingerprint)")
    }
    Console.line("")
    for line in QRCode(address)?.lines(isColoured: Console.columns != nil) ?? [] { Console.line(line) }
    Console.line(address)
  }
}

/// How devices come to trust an authority.
enum CertTrust {
  static let lines = [
    "  iPhone, iPad  Send authority.crt to the phone (AirDrop, mail), open it, then: Settings > General > VPN & Device",
    "                Management > FieldOS > Install; then Settings > General > About > Certificate Trust Settings > on.",
    "  Android       Copy authority.crt to the phone, then: Settings > Security > Encryption & credentials > Install a",
    "                certificate > CA certificate. Firefox: Settings > About, tap the logo 5 times, Secret Settings,",
    "                Use third party CA certificates.",
    "  Mac           sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain authority.crt",
    "  Windows       certutil -addstore -user Root authority.crt",
    "  Linux         Debian: sudo cp authority.crt /usr/local/share/ca-certificates/fieldos.crt && sudo",
    "                update-ca-certificates; Chrome and Firefox: Settings > Certificates > Authorities > Import.",
    "  Compare the fingerprint on the device before you trust it.",
  ]
}
