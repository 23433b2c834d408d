import Crypto
import Foundation

/// What tells one recording's bytes from another's.
struct AudioFingerprint: Equatable {
  /// 40 lower-case hex digits.
  let sha1: String
  /// 64 lower-case hex digits.
  let sha256: String

  /// Hashes a stored recording from its beginning to its end.
  /// - Throws: ``CaptureError``.
  init(of file: URL) throws {
    let input = try SourceFile(file, followsLinks: false)
    var hashes = AudioHashes()
    try input.readAll { hashes.update($0) }
    self = hashes.finish()
  }

  fileprivate init(sha1: String, sha256: String) {
    self.sha1 = sha1
    self.sha256 = sha256
  }
}

/// Both hashes of bytes in the order in which they come.
struct AudioHashes {
  private var sha1 = Insecure.SHA1()
  private var sha256 = SHA256()

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    sha1.update(bufferPointer: bytes)
    sha256.update(bufferPointer: bytes)
  }

  func finish() -> AudioFingerprint {
    AudioFingerprint(sha1: sha1.finalize().hexDigits, sha256: sha256.finalize().hexDigits)
  }
}

extension Digest {
  /// Two lower-case digits a byte.
  var hexDigits: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
