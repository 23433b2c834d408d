import Crypto
import Domain
import Foundation

/// What tells one recording's bytes from another's.
struct AudioFingerprint: Equatable, Sendable {
  /// 40 lower-case hex digits.
  let sha1: String
  /// 64 lower-case hex digits.
  let sha256: String

  /// Hashes a stored recording from its beginning to its end.
  /// - Throws: ``CaptureError``.
  init(of path: String) throws {
    let input = try SourceFile(path, followsLinks: false)
    var hashes = AudioHashes()
    try input.readAll { hashes.update($0) }
    self = hashes.finish()
  }

  /// Hashes a recording with two threads, for a caller whom somebody waits for.
  /// - Throws: ``CaptureError``.
  init(quicklyOf path: String) throws {
    let sha1 = BackgroundWork { try Self.digest(of: path, Insecure.SHA1()) }
    sha256 = try Self.digest(of: path, SHA256())
    self.sha1 = try sha1.finish()
  }

  private static func digest(of path: String, _ empty: some HashFunction) throws -> String {
    let input = try SourceFile(path, followsLinks: false)
    var hash = empty
    try input.readAll { hash.update(bufferPointer: $0) }
    return hash.finalize().hex
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
    AudioFingerprint(sha1: sha1.finalize().hex, sha256: sha256.finalize().hex)
  }
}
