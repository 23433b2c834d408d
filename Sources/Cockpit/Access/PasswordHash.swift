import Crypto
import CryptoExtras
import Domain
import Foundation
import Serving

/// What scrypt costs (RFC 7914): memory is 128 × `blockSize` × `rounds` bytes.
package struct ScryptCost: Sendable, Equatable {
  /// log2 of scrypt's N; default 15, which takes 32 MiB.
  package let logRounds: Int
  /// scrypt's r.
  package let blockSize: Int
  /// scrypt's p.
  package let parallelism: Int

  /// N = 2^15, r = 8, p = 1.
  package static let standard = ScryptCost(logRounds: 15, blockSize: 8, parallelism: 1)

  package init(logRounds: Int, blockSize: Int, parallelism: Int) {
    self.logRounds = logRounds
    self.blockSize = blockSize
    self.parallelism = parallelism
  }

  /// What a stored hash may ask for: a damaged row must not take the machine's memory.
  var isBearable: Bool {
    (1...20).contains(logRounds) && (1...32).contains(blockSize) && (1...16).contains(parallelism)
      && 128 * blockSize << logRounds <= 1 << 28
  }
}

/// A password's scrypt hash with its parameters and salt, as text: `$scrypt$ln=15,r=8,p=1$<salt>$<key>`, both base64.
struct PasswordHash: Equatable {
  private static let saltBytes = 16
  private static let keyBytes = 32
  let cost: ScryptCost
  let salt: Data
  let key: Data

  /// Hashes a password with a new salt. Takes tens of milliseconds.
  init(_ password: String, cost: ScryptCost) throws {
    self.cost = cost
    salt = Secrets.random(bytes: Self.saltBytes)
    key = try Self.derive(password, salt: salt, cost: cost, bytes: Self.keyBytes)
  }

  /// Reads a stored hash; nil where it is none.
  init?(stored: String) {
    let parts = stored.split(separator: "$", omittingEmptySubsequences: true).map(String.init)
    guard parts.count == 4, parts[0] == "scrypt", let salt = Data(base64Encoded: parts[2]),
      let key = Data(base64Encoded: parts[3]), key.count >= 16
    else { return nil }
    let numbers = parts[1].split(separator: ",").map { $0.split(separator: "=") }
    guard numbers.count == 3, numbers.allSatisfy({ $0.count == 2 }), numbers.map({ $0[0] }) == ["ln", "r", "p"],
      let logRounds = Int(numbers[0][1]), let blockSize = Int(numbers[1][1]), let parallelism = Int(numbers[2][1])
    else { return nil }
    cost = ScryptCost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
    guard cost.isBearable else { return nil }
    self.salt = salt
    self.key = key
  }

  var stored: String {
    let numbers = "ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
    return "$scrypt$\(numbers)$\(salt.base64EncodedString())$\(key.base64EncodedString())"
  }

  /// Whether this is the password; takes as long for a wrong one.
  func matches(_ password: String) -> Bool {
    guard let found = try? Self.derive(password, salt: salt, cost: cost, bytes: key.count) else { return false }
    return Secrets.areEqual(found, key)
  }

  /// One password typed on two keyboards is one password: composed before it is hashed.
  private static func derive(_ password: String, salt: Data, cost: ScryptCost, bytes: Int) throws -> Data {
    let text = Data(password.precomposedStringWithCanonicalMapping.utf8)
    let key = try KDF.Scrypt.deriveKey(
      from: text, salt: salt, outputByteCount: bytes, rounds: 1 << cost.logRounds, blockSize: cost.blockSize,
      parallelism: cost.parallelism)
    return key.withUnsafeBytes { Data($0) }
  }
}
