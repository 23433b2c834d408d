import Crypto
import Domain
import Foundation

/// What the hub states about a file's content: SHA-256 for large files, git's blob id for small ones.
enum FileDigest: Sendable, Equatable {
  case sha256(String)
  case gitBlob(String)

  /// 64 hexadecimal digits are a SHA-256, 40 a blob id; quotes and `W/` of an ETag are left out. Nil for all else.
  init?(_ text: String) {
    let digits = text.replacing("W/", with: "").trimmingCharacters(in: CharacterSet(charactersIn: "\" ")).lowercased()
    guard digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return nil }
    switch digits.utf8.count {
    case 64: self = .sha256(digits)
    case 40: self = .gitBlob(digits)
    default: return nil
    }
  }
}

/// The content of one file in both forms that the hub uses.
struct FileHash: Sendable {
  let bytes: Int
  let sha256: String
  let gitBlob: String

  /// Reads the file, from the disk and not from what was meant to be written.
  /// - Throws: ``ModelStoreError/unreadable(path:reason:)``, `CancellationError`.
  init(of file: URL) throws {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, let size = ModelFiles.size(of: file) else { throw Self.failure(file) }
    defer { close(descriptor) }
    var sha256 = SHA256()
    // Git hashes a header in front of the content.
    var sha1 = Insecure.SHA1()
    sha1.update(data: Data("blob \(size)\0".utf8))
    var count = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      try Task.checkCancellation()
      let read = Foundation.read(descriptor, &buffer, buffer.count)
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw Self.failure(file) }
      if read == 0 { break }
      buffer.withUnsafeBytes { bytes in
        let piece = UnsafeRawBufferPointer(rebasing: bytes[..<read])
        sha256.update(bufferPointer: piece)
        sha1.update(bufferPointer: piece)
      }
      count += read
    }
    bytes = count
    self.sha256 = sha256.finalize().hex
    gitBlob = sha1.finalize().hex
  }

  func matches(_ digest: FileDigest) -> Bool {
    switch digest {
    case .sha256(let expected): sha256 == expected
    case .gitBlob(let expected): gitBlob == expected
    }
  }

  private static func failure(_ file: URL) -> ModelStoreError {
    .unreadable(path: file.path, reason: String(cString: strerror(errno)))
  }
}
