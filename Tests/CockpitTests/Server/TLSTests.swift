import Cockpit
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOSSL
import Serving
import Storage
import TestSupport
import Testing

@Suite("TLS and local certificates") struct TLSTests {
  private let folder: TemporaryFolder
  private let now = Date()

  init() throws { folder = try TemporaryFolder() }

  private func make(_ names: [String], in name: String = "tls") throws -> LocalCertificates {
    try LocalCertificates.make(names: names, in: folder.url.appending(path: name), now: now)
  }

  private func cockpit(_ tls: TLSFiles, told: AsyncStream<CockpitDoor>.Continuation? = nil) throws -> Cockpit {
    let store = try FieldStore.open(dataDirectory: folder.url)
    var configuration = CockpitConfiguration(dataDirectory: folder.url)
    configuration.port = 0
    configuration.tls = tls
    return try Cockpit(store: store, configuration: configuration) { told?.yield($0) }
  }

  @Test("keys and certificates are for their owner alone") func modes() throws {
    let made = try make(["fieldos.lan", "192.168.1.20"])
    for file in [
      made.authority, made.certificate, made.key, made.authority.deletingPathExtension().appendingPathExtension("key"),
    ] {
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
      #expect(mode == 0o600, "\(file.path)")
    }
    #expect(made.fingerprint.count == 95 && made.isNewAuthority)
  }

  @Test("a second certificate of local names is signed by the authority that devices trust already") func again() throws
  {
    let first = try make(["fieldos.lan"])
    let second = try make(["192.168.1.21", "other.local", "fd00::7"])
    #expect(!second.isNewAuthority && second.fingerprint == first.fingerprint)
    // A public name is outside of what that authority may sign for.
    #expect(try make(["fieldos.example.com"]).isNewAuthority)
  }

  @Test("what is neither a name nor an address is refused", arguments: ["", "a b", "-a.lan", "a..b", "*.lan", "a/b"])
  func badName(name: String) throws {
    #expect(throws: CockpitError.certificate(.badName(name))) { try make([name]) }
  }

  @Test("a client that trusts the authority gets pages over https, and one that does not gets none")
  func served() async throws {
    // This client's library knows no limits on addresses, so the certificate names none.
    let made = try make(["localhost"])
    let (doors, told) = AsyncStream.makeStream(of: CockpitDoor.self)
    let cockpit = try cockpit(TLSFiles(certificate: made.certificate.path, key: made.key.path), told: told)
    let running = Task { try await cockpit.run() }
    let door = try #require(await doors.first { _ in true })
    #expect(door.address.hasPrefix("https://127.0.0.1:") && !door.isReadable)
    let port = try #require(door.address.split(separator: ":").last.flatMap { Int($0) })
    var trusting = TLSConfiguration.makeClientConfiguration()
    trusting.trustRoots = .file(made.authority.path)
    let client = TestClient(
      host: "127.0.0.1", port: port, configuration: .init(tlsConfiguration: trusting, serverName: "localhost"))
    client.connect()
    let reply = try await client.execute(.init("/signin", method: .get, authority: "localhost"))
    #expect(reply.status == .ok)
    #expect(reply.headers[.setCookie]?.contains("__Host-") == true)
    try await client.shutdown()
    let wary = TestClient(
      host: "127.0.0.1", port: port,
      configuration: .init(tlsConfiguration: .makeClientConfiguration(), serverName: "localhost"))
    wary.connect()
    await #expect(throws: (any Error).self) {
      _ = try await wary.execute(.init("/signin", method: .get, authority: "localhost"))
    }
    try? await wary.shutdown()
    running.cancel()
    _ = await running.result
  }

  @Test("a file of TLS that is wrong is named, and how", arguments: 0..<5) func wrong(index: Int) throws {
    let made = try make(["fieldos.lan"])
    let other = try make(["fieldos.lan"], in: "other")
    let junk = try folder.file("junk.pem", Data("nothing".utf8)).path
    let (certificate, key) = (made.certificate.path, made.key.path)
    let cases: [(TLSFiles, TLSFault)] = [
      (TLSFiles(certificate: "/nowhere.pem", key: key), TLSFault(path: "/nowhere.pem", problem: .unreadable)),
      (TLSFiles(certificate: junk, key: key), TLSFault(path: junk, problem: .notACertificate)),
      (TLSFiles(certificate: certificate, key: junk), TLSFault(path: junk, problem: .notAKey)),
      (TLSFiles(certificate: certificate, key: certificate), TLSFault(path: certificate, problem: .notAKey)),
      (
        TLSFiles(certificate: certificate, key: other.key.path),
        TLSFault(path: other.key.path, problem: .keyOfAnother(certificate: certificate))
      ),
    ]
    #expect(throws: cases[index].1) { try cockpit(cases[index].0) }
  }

  @Test("a certificate that has ended is refused with the day") func expired() throws {
    let made = try LocalCertificates.make(
      names: ["fieldos.lan"], in: folder.url.appending(path: "old"), now: now.addingTimeInterval(-900 * 86_400))
    let error = #expect(throws: TLSFault.self) {
      try cockpit(TLSFiles(certificate: made.certificate.path, key: made.key.path))
    }
    guard case .expired? = error?.problem else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
