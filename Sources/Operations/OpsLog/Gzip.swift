import CZlib
import Foundation

/// RFC 1952 in memory. The same bytes always give the same file: no name, no time.
enum Gzip {
  struct Damaged: Error {}

  private static let step = 1 << 16
  /// zlib's sign for 'with a gzip header'.
  private static let gzipWindow = MAX_WBITS + 16

  static func compress(_ data: Data) throws -> Data {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw Damaged() }
    defer { deflateEnd(&stream) }
    return try run(&stream, data, limit: Int.max) { deflate($0, $1 ? Z_FINISH : Z_NO_FLUSH) }
  }

  /// - Parameter limit: the most bytes that may come out.
  /// - Throws: ``Damaged`` where the bytes are no whole gzip file, or hold more than the limit.
  static func decompress(_ data: Data, limit: Int) throws -> Data {
    var stream = z_stream()
    guard inflateInit2_(&stream, gzipWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw Damaged()
    }
    defer { inflateEnd(&stream) }
    return try run(&stream, data, limit: limit) { stream, _ in inflate(stream, Z_NO_FLUSH) }
  }

  /// Feeds `data` through in steps until zlib says that the stream has ended.
  private static func run(
    _ stream: inout z_stream, _ data: Data, limit: Int, _ turn: (UnsafeMutablePointer<z_stream>, Bool) -> Int32
  ) throws -> Data {
    var output = Data()
    var buffer = [UInt8](repeating: 0, count: step)
    var rest = data[...]
    while true {
      let piece = [UInt8](rest.prefix(step))
      rest = rest.dropFirst(piece.count)
      var (code, used) = (Z_OK, 0)
      repeat {
        let produced = try piece.withUnsafeBufferPointer { input in
          try buffer.withUnsafeMutableBufferPointer { room in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + used })
            stream.avail_in = UInt32(input.count - used)
            stream.next_out = room.baseAddress
            stream.avail_out = UInt32(room.count)
            code = turn(&stream, rest.isEmpty)
            guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { throw Damaged() }
            used = input.count - Int(stream.avail_in)
            return room.count - Int(stream.avail_out)
          }
        }
        output += buffer.prefix(produced)
        if output.count > limit { throw Damaged() }
      } while code != Z_STREAM_END && stream.avail_out == 0
      if code == Z_STREAM_END { return output }
      if rest.isEmpty, code == Z_BUF_ERROR || stream.avail_in == 0 { throw Damaged() }
    }
  }
}
