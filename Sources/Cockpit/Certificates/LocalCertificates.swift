import Crypto
public import Foundation
import SwiftASN1
import X509

/// A certificate for this server in its own network, and the authority that signs it: phones and desks trust the
/// authority once. It may sign for local names and private addresses only, so that whoever steals it can't pretend to
/// be any other site.
public struct LocalCertificates: Sendable {
  /// The authority's certificate, which devices install.
  public let authority: URL
  /// The server's certificate and the authority's, for `FIELDOS_TLS_CERT`.
  public let certificate: URL
  /// For `FIELDOS_TLS_KEY`.
  public let key: URL
  /// SHA-256 of the authority's certificate, as devices show it: pairs of hex digits.
  public let fingerprint: String
  public let names: [String]
  public let expires: Date
  /// Whether devices have to trust it anew.
  public let isNewAuthority: Bool

  /// Makes the server's certificate, and the authority where there is none that may sign for these names.
  /// - Parameters:
  ///   - names: host names and addresses, at least one.
  ///   - folder: made where it is missing, for its owner only; the four files have mode 0600.
  /// - Throws: ``CockpitError``.
  public static func make(names: [String], in folder: URL, now: Date) throws -> LocalCertificates {
    let subjects = try names.map(CertificateName.init)
    let files = CertificateFiles(folder: folder)
    try files.prepare()
    let known = files.authority(now: now).flatMap { $0.mayTrustFor(subjects) ? $0 : nil }
    let authority = try known ?? CertificateAuthority.make(for: subjects, now: now)
    if known == nil { try files.save(authority) }
    let server = try authority.sign(subjects, now: now)
    try files.save(server, chain: authority.certificate)
    return LocalCertificates(
      authority: files.authorityCertificate, certificate: files.serverCertificate, key: files.serverKey,
      fingerprint: try authority.fingerprint, names: names, expires: server.certificate.notValidAfter,
      isNewAuthority: known == nil)
  }
}

/// The four files.
private struct CertificateFiles {
  let folder: URL
  var authorityCertificate: URL { folder.appending(path: "authority.crt") }
  var authorityKey: URL { folder.appending(path: "authority.key") }
  var serverCertificate: URL { folder.appending(path: "server.crt") }
  var serverKey: URL { folder.appending(path: "server.key") }

  func prepare() throws {
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CockpitError.certificate(.unwritable(path: folder.path))
    }
  }

  /// The authority of an earlier call, nil where there is none that can still be used.
  func authority(now: Date) -> CertificateAuthority? {
    guard let text = try? String(contentsOf: authorityCertificate, encoding: .utf8),
      let certificate = try? Certificate(pemEncoded: text),
      let keyText = try? String(contentsOf: authorityKey, encoding: .utf8),
      let key = try? P256.Signing.PrivateKey(pemRepresentation: keyText),
      certificate.publicKey == Certificate.PrivateKey(key).publicKey,
      certificate.notValidAfter > now.addingTimeInterval(CertificateAuthority.serverDays * 86_400)
    else { return nil }
    return CertificateAuthority(certificate: certificate, key: key)
  }

  func save(_ authority: CertificateAuthority) throws {
    try write(authority.key.pemRepresentation, to: authorityKey)
    try write(try authority.certificate.serializeAsPEM().pemString, to: authorityCertificate)
  }

  func save(_ server: CertificateAuthority.Signed, chain: Certificate) throws {
    let text = [server.certificate, chain]
    try write(server.key.pemRepresentation, to: serverKey)
    try write(try text.map { try $0.serializeAsPEM().pemString }.joined(separator: "\n"), to: serverCertificate)
  }

  private func write(_ text: String, to url: URL) throws {
    let part = url.appendingPathExtension("part")
    try? FileManager.default.removeItem(at: part)
    guard
      FileManager.default.createFile(
        atPath: part.path, contents: Data((text + "\n").utf8), attributes: [.posixPermissions: 0o600]),
      rename(part.path, url.path) == 0
    else { throw CockpitError.certificate(.unwritable(path: url.path)) }
  }
}
