import CKernels
import Foundation

/// The variables of a CTranslate2 `model.bin`, versions 5 and 6, mapped read-only and checked to the last byte before any
/// of them is used. Layout: ctranslate2 4.8 `model_spec.py`, little-endian, no alignment.
final class CTranslate2File {
  enum ElementType: UInt8 {
    case float32 = 0
    case int8, int16, int32, float16, bfloat16

    var bytes: Int {
      switch self {
      case .float32, .int32: 4
      case .int8: 1
      case .int16, .float16, .bfloat16: 2
      }
    }
  }

  struct Variable {
    let shape: [Int]
    let type: ElementType
    let offset: Int
    var count: Int { shape.reduce(1, *) }
  }

  let url: URL
  private let data: Data
  private(set) var variables: [String: Variable] = [:]

  init(contentsOf url: URL) throws(ModelError) {
    self.url = url
    guard FileManager.default.fileExists(atPath: url.path) else { throw .missingFile(url) }
    do {
      data = try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw .badFile(url, reason: "can't be read (\((error as NSError).localizedDescription))")
    }
    var cursor = ByteCursor(data: data, url: url)
    try readHeader(&cursor)
    try readVariables(&cursor)
    try readAliases(&cursor)
    if cursor.remaining > 0 { throw .oversized(url, extraBytes: cursor.remaining) }
  }

  private func readHeader(_ cursor: inout ByteCursor) throws(ModelError) {
    let version = try cursor.integer(4)
    guard version == 5 || version == 6 else {
      throw .unsupported(url, what: "unknown format version \(version) (5 and 6 are known)")
    }
    let spec = try cursor.string()
    guard spec == "WhisperSpec" else { throw .unsupported(url, what: "not a Whisper model") }
    let revision = try cursor.integer(4)
    guard revision <= 3 else {
      throw .unsupported(url, what: "unknown Whisper revision \(revision) (3 is the newest known)")
    }
  }

  private func readVariables(_ cursor: inout ByteCursor) throws(ModelError) {
    for _ in 0..<(try cursor.integer(4)) {
      let name = try cursor.string()
      let rank = try cursor.integer(1)
      var shape: [Int] = []
      for _ in 0..<rank { shape.append(try cursor.integer(4)) }
      let code = UInt8(try cursor.integer(1))
      let bytes = try cursor.integer(4)
      guard let type = ElementType(rawValue: code) else {
        throw .unsupported(url, what: "variable '\(name)' has unknown type \(code)")
      }
      let (count, overflow) = Self.product(shape)
      guard !overflow, count * type.bytes == bytes else {
        throw .badFile(url, reason: "variable '\(name)' says \(bytes) bytes, its shape \(shape) says otherwise")
      }
      variables[name] = Variable(shape: shape, type: type, offset: cursor.offset)
      try cursor.skip(bytes)
    }
  }

  private func readAliases(_ cursor: inout ByteCursor) throws(ModelError) {
    for _ in 0..<(try cursor.integer(4)) {
      let alias = try cursor.string()
      let target = try cursor.string()
      guard let variable = variables[target] else { throw .missingVariable(url, name: target) }
      variables[alias] = variable
      variables[alias + "_scale"] = variables[target + "_scale"]
    }
  }

  /// The product and whether it passes 2^40.
  private static func product(_ shape: [Int]) -> (Int, Bool) {
    var count = 1
    for extent in shape {
      let (next, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow || next > 1 << 40 { return (0, true) }
      count = next
    }
    return (count, false)
  }

  func variable(_ name: String) throws(ModelError) -> Variable {
    guard let variable = variables[name] else { throw .missingVariable(url, name: name) }
    return variable
  }

  /// Calls `body` with the bytes of a variable; they may be unaligned.
  func withBytes<T>(of variable: Variable, _ body: (UnsafeRawBufferPointer) -> T) -> T {
    data.withUnsafeBytes { raw in
      let end = variable.offset + variable.count * variable.type.bytes
      return body(UnsafeRawBufferPointer(rebasing: raw[variable.offset..<end]))
    }
  }

  /// A scalar stored as any integer type, such as `encoder/num_heads`.
  func scalar(_ name: String) throws(ModelError) -> Int {
    let variable = try variable(name)
    guard variable.count == 1 else { throw .wrongShape(url, name: name, found: variable.shape, expected: []) }
    return withBytes(of: variable) { bytes in
      switch variable.type {
      case .int8: Int(bytes.loadUnaligned(as: Int8.self))
      case .int16: Int(bytes.loadUnaligned(as: Int16.self))
      case .int32: Int(bytes.loadUnaligned(as: Int32.self))
      default: 0
      }
    }
  }
}

/// Reads little-endian fields and never past the end.
private struct ByteCursor {
  let data: Data
  let url: URL
  private(set) var offset = 0

  init(data: Data, url: URL) {
    self.data = data
    self.url = url
  }

  var remaining: Int { data.count - offset }

  mutating func skip(_ count: Int) throws(ModelError) {
    guard count <= remaining else { throw .truncated(url, missingBytes: count - remaining) }
    offset += count
  }

  mutating func integer(_ width: Int) throws(ModelError) -> Int {
    let at = offset
    try skip(width)
    return (0..<width).reduce(0) { $0 | Int(data[data.startIndex + at + $1]) << (8 * $1) }
  }

  /// A 16-bit length that counts the closing NUL, then the bytes.
  mutating func string() throws(ModelError) -> String {
    let length = try integer(2)
    let at = data.startIndex + offset
    try skip(length)
    return String(decoding: data[at..<at + max(0, length - 1)], as: UTF8.self)
  }
}
