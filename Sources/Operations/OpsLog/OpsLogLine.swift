public import Domain
public import Foundation

/// One line of `ops_log.jsonl` as it is written: the contract's fields, and the seq of the event that it tells of.
public struct OpsLogLine: Sendable, Equatable, Encodable {
  /// Rises from line to line; the place to go on from.
  public let seq: Int64
  /// When it happened, to the millisecond.
  public let time: Date
  public let facts: OpsFacts

  /// - Throws: ``OperationsError/unreadableEvent(seq:)``.
  public init(event: Event) throws(OperationsError) {
    guard let facts = try? JSONDecoder().decode(OpsFacts.self, from: Data(event.json.utf8)) else {
      throw .unreadableEvent(seq: event.seq)
    }
    self.seq = event.seq
    self.time = event.at
    self.facts = facts
  }

  enum CodingKeys: String, CodingKey {
    case seq, ts
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(seq, forKey: .seq)
    try values.encode(Timestamp.utc(time), forKey: .ts)
    try facts.encode(to: encoder)
  }

  /// The line as JSON, without its line end. JSON escapes control characters, so a line is a line.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
