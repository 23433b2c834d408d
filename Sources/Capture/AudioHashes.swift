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

/// Hashes bytes in the order in which they come, on another thread while the disk works.
///
/// Whoever has time takes the next chunk and stores the hashes after it unless somebody else did so before. So a caller on
/// a busy machine waits for no thread to get its turn: it hashes what is left itself.
final class AudioHashes: Sendable {
  private struct State {
    var sha1 = Insecure.SHA1()
    var sha256 = SHA256()
    /// Chunks that are in the hashes.
    var done = 0
    /// Those that come next.
    var waiting: [Data] = []
  }

  /// Chunks that may wait: a bound on memory.
  private static let depth = 16

  private let state = Mutex(State())

  func update(_ chunk: Data) {
    let count = state.withLock { state in
      state.waiting.append(chunk)
      return state.waiting.count
    }
    if count == 1 { DispatchQueue.global().async { while self.step() {} } }
    if count > Self.depth { _ = step() }
  }

  /// The hashes of all that was given.
  func finish() -> AudioFingerprint {
    while step() {}
    return state.withLock { AudioFingerprint(sha1: $0.sha1.finalize().hex, sha256: $0.sha256.finalize().hex) }
  }

  /// Hashes the next chunk.
  /// - Returns: false where none waits.
  private func step() -> Bool {
    var after = state.withLock { $0 }
    guard let chunk = after.waiting.first else { return false }
    after.sha1.update(data: chunk)
    after.sha256.update(data: chunk)
    state.withLock { state in
      guard state.done == after.done else { return }
      (state.sha1, state.sha256) = (after.sha1, after.sha256)
      state.done += 1
      state.waiting.removeFirst()
    }
    return true
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
