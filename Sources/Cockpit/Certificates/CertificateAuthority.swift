import Crypto
import Foundation
import SwiftASN1
import X509

/// A P-256 authority that signs servers' certificates.
struct CertificateAuthority {
  struct Signed {
    let certificate: Certificate
    let key: P256.Signing.PrivateKey
  }

  /// Phones refuse servers' certificates of more than 825 days.
  static let serverDays = 820.0
  private static let authorityDays = 3_650.0
  let certificate: Certificate
  let key: P256.Signing.PrivateKey

  static func make(for names: [CertificateName], now: Date) throws -> CertificateAuthority {
    let key = P256.Signing.PrivateKey()
    let host = names.first?.text ?? "localhost"
    let name = try DistinguishedName {
      OrganizationName("FieldOS")
      CommonName("FieldOS at \(host)")
    }
    let publicKey = Certificate.PrivateKey(key).publicKey
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
      notValidBefore: now.addingTimeInterval(-86_400), notValidAfter: now.addingTimeInterval(authorityDays * 86_400),
      issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: publicKey)
        Critical(NameConstraints(permittedSubtrees: LocalNames.permitted(with: names)))
      },
      issuerPrivateKey: Certificate.PrivateKey(key))
    return CertificateAuthority(certificate: certificate, key: key)
  }

  func sign(_ names: [CertificateName], now: Date) throws -> Signed {
    let own = P256.Signing.PrivateKey()
    let subject = try DistinguishedName {
      OrganizationName("FieldOS")
      CommonName(names.first?.text ?? "localhost")
    }
    let signed = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PrivateKey(own).publicKey,
      notValidBefore: now.addingTimeInterval(-3_600),
      notValidAfter: now.addingTimeInterval(Self.serverDays * 86_400), issuer: certificate.subject, subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(names.map(\.general))
        AuthorityKeyIdentifier(
          keyIdentifier: SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier)
      },
      issuerPrivateKey: Certificate.PrivateKey(key))
    return Signed(certificate: signed, key: own)
  }

  /// Whether its constraints let it sign for all of these.
  func mayTrustFor(_ names: [CertificateName]) -> Bool {
    guard let constraints = try? certificate.extensions.nameConstraints else { return false }
    return names.allSatisfy { name in constraints.permittedSubtrees.contains { name.isBelow($0) } }
  }

  /// SHA-256 of the certificate, as devices show it.
  var fingerprint: String {
    get throws {
      var serializer = DER.Serializer()
      try serializer.serialize(certificate)
      return SHA256.hash(data: Data(serializer.serializedBytes))
        .map { byte in
          let digits = String(byte, radix: 16, uppercase: true)
          return digits.count == 1 ? "0" + digits : digits
        }
        .joined(separator: ":")
    }
  }
}

/// What the authority may sign for: names that no public authority signs, private addresses, and what was asked for.
private enum LocalNames {
  private static let domains = ["localhost", "local", "lan", "internal", "home.arpa"]
  /// Addresses with their masks: loopback, private, link-local, shared (RFC 1918, 3927, 4193, 4291, 6598).
  private static let ranges: [[UInt8]] = [
    [127, 0, 0, 0, 255, 0, 0, 0], [10, 0, 0, 0, 255, 0, 0, 0], [172, 16, 0, 0, 255, 240, 0, 0],
    [192, 168, 0, 0, 255, 255, 0, 0], [169, 254, 0, 0, 255, 255, 0, 0], [100, 64, 0, 0, 255, 192, 0, 0],
    wide(from: [], prefix: 128, last: 1), wide(from: [0xfc], prefix: 7), wide(from: [0xfe, 0x80], prefix: 10),
  ]

  static func permitted(with names: [CertificateName]) -> [GeneralName] {
    let standing: [GeneralName] =
      domains.map { .dnsName($0) } + ranges.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) }
    let asked = names.filter { name in !standing.contains { name.isBelow($0) } }.map(\.constraint)
    return standing + asked
  }

  /// An IPv6 address and its mask.
  private static func wide(from head: [UInt8], prefix: Int, last: UInt8 = 0) -> [UInt8] {
    var address = head + [UInt8](repeating: 0, count: 16 - head.count)
    address[15] |= last
    let mask = (0..<16).map { index in UInt8(truncatingIfNeeded: 0xff00 >> min(8, max(0, prefix - 8 * index))) }
    return address + mask
  }
}
