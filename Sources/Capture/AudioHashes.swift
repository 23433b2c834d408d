import Crypto
import Dispatch
import Foundation
import Synchronization

/// What tells one recording's bytes from another's.
struct AudioFingerprint: Equatable {
  /// 40 lower-case hex digits.
  let sha1: String
  /// 64 lower-case hex digits.
  let sha256: String
}

/// Hashes bytes in the order in which they come, on another thread while the disk works. What that thread did not get to,
/// the caller hashes itself: on a busy machine nobody waits for a thread to get its turn.
final class AudioHashes: Sendable {
  private struct Hashes {
    var sha1 = Insecure.SHA1()
    var sha256 = SHA256()
  }

  /// Chunks that may wait to be hashed: a bound on memory.
  private static let depth = 16

  private let waiting = Mutex<[Data]>([])
  private let hashes = Mutex(Hashes())

  func update(_ chunk: Data) {
    let count = waiting.withLock { chunks in
      chunks.append(chunk)
      return chunks.count
    }
    if count > Self.depth {
      hashes.withLock { catchUp(&$0) }
    } else if count == 1 {
      DispatchQueue.global().async { self.hashes.withLock { self.catchUp(&$0) } }
    }
  }

  /// The hashes of all that was given.
  func finish() -> AudioFingerprint {
    hashes.withLock { hashes in
      catchUp(&hashes)
      return AudioFingerprint(sha1: hashes.sha1.finalize().hex, sha256: hashes.sha256.finalize().hex)
    }
  }

  private func catchUp(_ hashes: inout Hashes) {
    while let chunk = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
      hashes.sha1.update(data: chunk)
      hashes.sha256.update(data: chunk)
    }
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
