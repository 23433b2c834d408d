/// Reads the fields of one protocol-buffers message (protobuf.dev/programming-guides/encoding) and never past its end.
/// Messages inside are bytes for a reader of their own: what does not ask for them never descends.
struct ProtobufReader {
  enum Value {
    case number(UInt64)
    /// A string, a message, packed numbers, or the 4 or 8 bytes of a fixed number.
    case bytes(ArraySlice<UInt8>)
  }
  struct Malformed: Error {
    let reason: String
  }
  private var rest: ArraySlice<UInt8>

  init(_ message: ArraySlice<UInt8>) { rest = message }

  /// The next field's number and value, nil at the end.
  mutating func next() throws(Malformed) -> (field: UInt64, value: Value)? {
    if rest.isEmpty { return nil }
    let key = try varint()
    switch key & 7 {
    case 0: return (key >> 3, .number(try varint()))
    case 1: return (key >> 3, .bytes(try take(8)))
    case 2: return (key >> 3, .bytes(try take(try varint())))
    case 5: return (key >> 3, .bytes(try take(4)))
    default: throw Malformed(reason: "unknown wire type \(key & 7)")
    }
  }

  /// All numbers of a field that may be packed.
  static func numbers(_ value: Value) throws(Malformed) -> [UInt64] {
    switch value {
    case .number(let number): return [number]
    case .bytes(let bytes):
      var reader = ProtobufReader(bytes)
      var numbers: [UInt64] = []
      while !reader.rest.isEmpty { numbers.append(try reader.varint()) }
      return numbers
    }
  }

  private mutating func take(_ count: UInt64) throws(Malformed) -> ArraySlice<UInt8> {
    guard count <= UInt64(rest.count) else {
      throw Malformed(reason: "truncated: \(count) bytes announced, \(rest.count) left")
    }
    let taken = rest.prefix(Int(count))
    rest = rest.dropFirst(Int(count))
    return taken
  }

  private mutating func varint() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { throw Malformed(reason: "truncated within a number") }
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
    }
    throw Malformed(reason: "a number of more than 10 bytes")
  }
}
