import Crypto
import Dispatch
import Foundation

/// What tells one recording's bytes from another's.
struct AudioFingerprint: Equatable {
  /// 40 lower-case hex digits.
  let sha1: String
  /// 64 lower-case hex digits.
  let sha256: String
}

/// Hashes bytes on a thread of its own, in the order in which they come, so that disk and hash don't wait for each other.
///
/// `@unchecked Sendable`: only blocks on the serial `queue` touch the hashes.
final class AudioHashes: @unchecked Sendable {
  /// Chunks that may wait to be hashed: a bound on memory.
  private static let depth = 4

  private let queue = DispatchQueue(label: "fieldos.audio-hashes", qos: .userInitiated)
  private let room = DispatchSemaphore(value: depth)
  private var sha1 = Insecure.SHA1()
  private var sha256 = SHA256()

  func update(_ chunk: Data) {
    room.wait()
    queue.async {
      self.sha1.update(data: chunk)
      self.sha256.update(data: chunk)
      self.room.signal()
    }
  }

  /// Waits for what was given; call it once.
  func finish() -> AudioFingerprint {
    queue.sync { AudioFingerprint(sha1: sha1.finalize().hex, sha256: sha256.finalize().hex) }
  }
}

extension AudioFingerprint {
  /// Reads a stored recording from its beginning to its end.
  /// - Throws: ``CaptureError``.
  init(of file: URL) throws {
    let input = try SourceFile(file, followsLinks: false)
    let hashes = AudioHashes()
    while true {
      let chunk = try input.read(upTo: DurableCopy.chunkSize)
      if chunk.isEmpty { break }
      hashes.update(chunk)
    }
    self = hashes.finish()
  }
}

extension Digest {
  fileprivate var hex: String {
    reduce(into: "") { text, byte in
      let digits = String(byte, radix: 16)
      text += digits.count == 1 ? "0" + digits : digits
    }
  }
}
