import Crypto
package import Foundation

/// Random tokens, what is kept of them, and comparisons that tell nothing by their time.
package enum Secrets {
  package static func random(bytes count: Int) -> Data {
    SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Data($0) }
  }

  /// 256 random bits in letters that cookies and addresses carry as they are.
  package static func token() -> String {
    random(bytes: 32).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// What the store keeps of a token.
  package static func hash(_ token: String) -> Data { Data(SHA256.hash(data: Data(token.utf8))) }

  /// The proof that a form comes from a page of this session.
  package static func formToken(_ secret: Data) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Data("fieldos form".utf8), using: SymmetricKey(data: secret))
    return hex(Data(code))
  }

  /// A short name for a name that may be a password typed into the wrong field.
  package static func fingerprint(_ text: String) -> String {
    hex(Data(SHA256.hash(data: Data(text.utf8))).prefix(16))
  }

  /// Takes as long wherever two texts of one length differ.
  package static func areEqual(_ one: Data, _ other: Data) -> Bool {
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  package static func areEqual(_ one: String, _ other: String) -> Bool { areEqual(Data(one.utf8), Data(other.utf8)) }

  private static func hex(_ data: Data) -> String {
    let digits = Array("0123456789abcdef")
    return data.reduce(into: "") { text, byte in
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
  }
}
