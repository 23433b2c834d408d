import Foundation

/// Values as lines of JSON between processes; what is not a number travels as text.
enum JSONLine {
  /// - Returns: the line with its newline.
  static func encode(_ value: some Encodable) throws -> Data {
    let encoder = SegmentJSON.encoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + [UInt8(ascii: "\n")]
  }

  /// - Throws: `DecodingError` where the line is no such value.
  static func decode<Value: Decodable>(_ type: Value.Type, from line: some DataProtocol) throws -> Value {
    try SegmentJSON.decoder().decode(type, from: Data(line))
  }
}

/// Cuts what a child says into lines.
struct LineReader {
  private let mostBytes: Int
  private var waiting = Data()

  /// - Parameter mostBytes: of one line.
  init(mostBytes: Int) { self.mostBytes = mostBytes }

  /// - Returns: the lines that are whole now; nil where one is longer than any message.
  mutating func push(_ bytes: Data) -> [Data]? {
    waiting.append(bytes)
    var parts = waiting.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    waiting = parts.popLast().map { Data($0) } ?? Data()
    if waiting.count > mostBytes { return nil }
    return parts.filter { !$0.isEmpty }.map { Data($0) }
  }
}
