package import Foundation

/// The bytes of a model file, mapped read-only, or given in memory by tests and fuzzers under any name.
package struct MappedFile: Sendable {
  package let url: URL
  let data: Data

  package init(bytes: Data, name: URL) {
    url = name
    data = bytes.startIndex == 0 ? bytes : Data(bytes)
  }

  init(contentsOf url: URL) throws(ModelError) {
    guard FileManager.default.fileExists(atPath: url.path) else { throw .missingFile(url) }
    do {
      self.init(bytes: try Data(contentsOf: url, options: .alwaysMapped), name: url)
    } catch {
      throw .badFile(url, reason: "can't be read (\((error as NSError).localizedDescription))")
    }
  }

  /// The bytes of a file that is read as a whole, such as JSON, refused beyond `limit`.
  func small(limit: Int = 64 << 20) throws(ModelError) -> [UInt8] {
    guard data.count <= limit else { throw .badFile(url, reason: "\(data.count) bytes, more than \(limit)") }
    return Array(data)
  }
}

/// Reads little-endian fields and never past the end.
struct ByteCursor {
  let file: MappedFile
  private(set) var offset = 0

  init(_ file: MappedFile) { self.file = file }

  var remaining: Int { file.data.count - offset }

  mutating func skip(_ count: Int) throws(ModelError) {
    guard count <= remaining else { throw .truncated(file.url, missingBytes: count - remaining) }
    offset += max(0, count)
  }

  /// An unsigned number of 1...4 bytes.
  mutating func integer(_ width: Int) throws(ModelError) -> Int {
    let at = offset
    try skip(width)
    return file.data.withUnsafeBytes { raw in
      var value = 0
      for byte in 0..<width { value |= Int(raw[at + byte]) << (8 * byte) }
      return value
    }
  }

  /// A signed number of 4 bytes.
  mutating func signed() throws(ModelError) -> Int { Int(Int32(truncatingIfNeeded: try integer(4))) }

  mutating func bytes(_ count: Int) throws(ModelError) -> [UInt8] {
    let at = offset
    try skip(count)
    return file.data.withUnsafeBytes { Array($0[at..<at + count]) }
  }
}
