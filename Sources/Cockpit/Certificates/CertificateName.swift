import Foundation
import NIOCore
import SwiftASN1
import X509

/// A host name or an address in a certificate.
struct CertificateName {
  let text: String
  /// The bytes of an address, nil for a name.
  private let address: [UInt8]?

  /// - Throws: ``CockpitError`` for what is neither a host name nor an address.
  init(_ text: String) throws {
    let name = text.lowercased()
    self.text = name
    if let address = try? SocketAddress(ipAddress: name, port: 0) {
      self.address = Self.bytes(address)
      return
    }
    address = nil
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    let isName = labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    }
    guard name.utf8.count <= 253, isName else { throw CockpitError.certificate(.badName(text)) }
  }

  private static func bytes(_ address: SocketAddress) -> [UInt8]? {
    switch address {
    case .v4(let known): withUnsafeBytes(of: known.address.sin_addr) { Array($0) }
    case .v6(let known): withUnsafeBytes(of: known.address.sin6_addr) { Array($0) }
    case .unixDomainSocket: nil
    }
  }

  /// As an alternative name.
  var general: GeneralName {
    address.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(text)
  }

  /// As what an authority is limited to.
  var constraint: GeneralName {
    address.map { bytes in
      .ipAddress(ASN1OctetString(contentBytes: (bytes + [UInt8](repeating: 0xff, count: bytes.count))[...]))
    } ?? .dnsName(text)
  }

  /// Whether a limit lets it pass.
  func isBelow(_ limit: GeneralName) -> Bool {
    switch (limit, address) {
    case (.dnsName(let domain), nil): return text == domain || text.hasSuffix("." + domain)
    case (.ipAddress(let range), let address?):
      let bytes = Array(range.bytes)
      guard bytes.count == 2 * address.count else { return false }
      return address.indices.allSatisfy { index in
        let mask = bytes[address.count + index]
        return address[index] & mask == bytes[index] & mask
      }
    default: return false
    }
  }
}
