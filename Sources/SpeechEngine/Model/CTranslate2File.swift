import Foundation

/// The variables of a CTranslate2 `model.bin`, versions 3 to 6, mapped read-only and checked to the last byte before any
/// of them is used. Layout: ctranslate2 4.8 `model_spec.py`, little-endian, no alignment; before version 4 a variable
/// states the bytes of one number and their count.
package struct CTranslate2File {
  private let file: MappedFile
  private var variables: [String: Tensor] = [:]

  package init(_ file: MappedFile) throws(ModelError) {
    self.file = file
    var cursor = ByteCursor(file)
    let version = try readHeader(&cursor)
    try readVariables(&cursor, version: version)
    try findScales()
    try readAliases(&cursor)
    if cursor.remaining > 0 { throw .oversized(file.url, extraBytes: cursor.remaining) }
  }

  private func readHeader(_ cursor: inout ByteCursor) throws(ModelError) -> Int {
    let version = try cursor.integer(4)
    guard (3...6).contains(version) else {
      throw .unsupported(file.url, what: "unknown format version \(version) (3 to 6 are known)")
    }
    let spec = try readString(&cursor)
    guard spec == "WhisperSpec" else { throw .unsupported(file.url, what: "not a Whisper model") }
    let revision = try cursor.integer(4)
    guard revision <= 3 else {
      throw .unsupported(file.url, what: "unknown Whisper revision \(revision) (3 is the newest known)")
    }
    return version
  }

  /// A 16-bit length that counts the closing NUL, then the bytes.
  private func readString(_ cursor: inout ByteCursor) throws(ModelError) -> String {
    let bytes = try cursor.bytes(try cursor.integer(2))
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  private mutating func readVariables(_ cursor: inout ByteCursor, version: Int) throws(ModelError) {
    for _ in 0..<(try cursor.integer(4)) {
      let name = try readString(&cursor)
      let rank = try cursor.integer(1)
      var shape: [Int] = []
      for _ in 0..<rank { shape.append(try cursor.integer(4)) }
      let code = try cursor.integer(1)
      let size = try cursor.integer(4)
      guard let format = Self.format(code, version: version) else {
        throw .unsupported(file.url, what: "variable '\(name)' has unknown type \(code)")
      }
      let bytes = version >= 4 ? size : size * format.blockBytes
      guard Tensor.count(of: shape).map({ $0 * format.blockBytes }) == bytes else {
        throw .badFile(file.url, reason: "variable '\(name)' says \(bytes) bytes, its shape \(shape) says otherwise")
      }
      let tensor = Tensor(file: file, shape: shape, format: format, offset: cursor.offset)
      guard variables.updateValue(tensor, forKey: name) == nil else {
        throw .badFile(file.url, reason: "variable '\(name)' is there twice")
      }
      try cursor.skip(bytes)
    }
  }

  /// The type's number, or before version 4 the bytes of one number.
  private static func format(_ code: Int, version: Int) -> NumberFormat? {
    let types: [Int: NumberFormat] =
      version >= 4
      ? [0: .float32, 1: .int8, 2: .int16, 3: .int32, 4: .float16, 5: .bfloat16] : [1: .int8, 2: .int16, 4: .float32]
    return types[code]
  }

  /// `weight_scale` divides the integers of `weight`: one value a row (8 bits) or one for all (16 bits).
  private mutating func findScales() throws(ModelError) {
    for (name, tensor) in variables where tensor.format == .int8 || tensor.format == .int16 {
      guard let scale = variables[name + "_scale"] else { continue }
      guard scale.format == .float32 else {
        throw .unsupported(file.url, what: "variable '\(name)_scale' holds no 32-bit floats")
      }
      variables[name]?.scales = (scale.offset, scale.count)
    }
  }

  private mutating func readAliases(_ cursor: inout ByteCursor) throws(ModelError) {
    for _ in 0..<(try cursor.integer(4)) {
      let alias = try readString(&cursor)
      let target = try readString(&cursor)
      guard let variable = variables[target] else { throw .missingVariable(file.url, name: target) }
      variables[alias] = variable
    }
  }

  /// A scalar stored as any integer type, such as `encoder/num_heads`.
  private func scalar(_ name: String) throws(ModelError) -> Int {
    guard let variable = variables[name] else { throw .missingVariable(file.url, name: name) }
    guard variable.count == 1 else { throw .wrongShape(file.url, name: name, found: variable.shape, expected: []) }
    return variable.withBytes { bytes in
      switch variable.format {
      case .int8: Int(bytes.loadUnaligned(as: Int8.self))
      case .int16: Int(bytes.loadUnaligned(as: Int16.self))
      case .int32: Int(bytes.loadUnaligned(as: Int32.self))
      default: 0
      }
    }
  }

  package func source() throws(ModelError) -> WeightSource {
    func count(_ part: String) -> Int {
      var count = 0
      while variables["\(part)/layer_\(count)/ffn/linear_0/weight"] != nil { count += 1 }
      return count
    }
    let layers = WeightSource.LayerCounts(
      encoder: count("encoder"), decoder: count("decoder"), encoderHeads: try scalar("encoder/num_heads"),
      decoderHeads: try scalar("decoder/num_heads"))
    return WeightSource(
      url: file.url, tensors: variables, names: [:], layers: try WeightSource.checked(layers, file.url))
  }
}
