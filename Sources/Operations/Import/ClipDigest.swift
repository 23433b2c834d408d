import Crypto
import Domain
public import Foundation

/// The sum by which a recording is known, read without taking the file in.
public enum ClipDigest {
  /// SHA-1 of a file's bytes as 40 lower-case hex digits, nil where it cannot be read.
  public static func sha1(of file: URL) -> String? {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
    defer { try? handle.close() }
    var hash = Insecure.SHA1()
    do {
      while let bytes = try handle.read(upToCount: 1 << 20), !bytes.isEmpty { hash.update(data: bytes) }
    } catch {
      return nil
    }
    return hash.finalize().hex
  }
}
