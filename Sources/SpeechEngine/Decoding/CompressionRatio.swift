import CZlib

package enum CompressionRatio {
  /// UTF-8 bytes over their zlib-compressed size at the default level; text that repeats itself scores high.
  package static func of(_ text: String) -> Float {
    let bytes = Array(text.utf8)
    var size = compressBound(uLong(bytes.count))
    var output = [UInt8](repeating: 0, count: Int(size))
    guard compress(&output, &size, bytes, uLong(bytes.count)) == Z_OK, size > 0 else { return 0 }
    return Float(bytes.count) / Float(size)
  }
}
