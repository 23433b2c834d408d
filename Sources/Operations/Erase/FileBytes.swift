import CZlib
import Foundation

/// Reads a file from its beginning to its end in pieces, and what is packed with gzip as it was before.
enum FileBytes {
  struct Unreadable: Error {}

  private static let step = 1 << 20

  /// - Returns: whether it is packed in a way that can't be undone here, or damaged: its bytes were read as they are.
  @discardableResult
  static func read(_ path: String, _ take: (UnsafeRawBufferPointer) -> Void) throws -> Bool {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw Unreadable() }
    defer { close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 16)
    defer { buffer.deallocate() }
    var inflater: Inflater?
    var isFirst = true
    var isDamaged = false
    while true {
      let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Unreadable() }
      if count == 0 { break }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      if isFirst, count > 2, piece[0] == 0x1F, piece[1] == 0x8B { inflater = Inflater() }
      isFirst = false
      take(piece)
      if let unpacking = inflater, !unpacking.feed(piece, take) {
        isDamaged = true
        inflater = nil
      }
    }
    return isDamaged || (inflater.map { !$0.isWhole } ?? false)
  }
}

/// Undoes gzip piece by piece, several members one after another.
private final class Inflater {
  private var stream = z_stream()
  private var output = [UInt8](repeating: 0, count: 1 << 18)
  private(set) var isWhole = false

  init?() {
    guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return nil
    }
  }

  deinit { inflateEnd(&stream) }

  /// - Returns: false where the bytes are no gzip.
  func feed(_ piece: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Void) -> Bool {
    var used = 0
    while used < piece.count {
      if isWhole {
        // Zeros behind the last member are padding.
        if piece[used...].allSatisfy({ $0 == 0 }) { return true }
        guard inflateReset(&stream) == Z_OK else { return false }
        isWhole = false
      }
      guard let (taken, code) = step(UnsafeRawBufferPointer(rebasing: piece[used...]), take) else { return false }
      used += taken
      if code == Z_STREAM_END { isWhole = true }
      if taken == 0 && code == Z_BUF_ERROR { return true }
    }
    return true
  }

  private func step(
    _ input: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Void
  ) -> (taken: Int, code: Int32)? {
    var code = Z_OK
    var produced = 0
    let taken = output.withUnsafeMutableBufferPointer { room in
      stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(input.count)
      stream.next_out = room.baseAddress
      stream.avail_out = UInt32(room.count)
      code = inflate(&stream, Z_NO_FLUSH)
      produced = room.count - Int(stream.avail_out)
      return input.count - Int(stream.avail_in)
    }
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return nil }
    output.withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[..<produced])) }
    return (taken, code)
  }
}
