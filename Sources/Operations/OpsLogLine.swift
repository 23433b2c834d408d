public import Domain
public import Foundation

/// One line of `ops_log.jsonl`: the prototype's fields, and the seq of the event that it was projected from.
public struct OpsLogLine: Sendable, Equatable {
  /// Rises from line to line; the place to go on from.
  public let seq: Int64
  /// When it happened: UTC, RFC 3339 with milliseconds.
  public let ts: String
  public let facts: OpsFacts

  /// - Throws: ``OperationsError/unreadableEvent(seq:)``.
  public init(event: Event) throws(OperationsError) {
    guard let facts = try? JSONDecoder().decode(OpsFacts.self, from: Data(event.json.utf8)) else {
      throw .unreadableEvent(seq: event.seq)
    }
    self.seq = event.seq
    self.ts = Timestamp.utc(event.at)
    self.facts = facts
  }
}

extension OpsLogLine: Codable {
  enum CodingKeys: String, CodingKey {
    case seq, ts
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    seq = try values.decode(Int64.self, forKey: .seq)
    ts = try values.decode(String.self, forKey: .ts)
    facts = try OpsFacts(from: decoder)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(seq, forKey: .seq)
    try values.encode(ts, forKey: .ts)
    try facts.encode(to: encoder)
  }

  /// The line with its line end. JSON escapes control characters, so a line is a line.
  public func bytes() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
