import Domain
import Foundation

/// A JSON document for machines: every key is always there, `null` where there is nothing to say.
enum JSONValue: Encodable {
  case null
  case bool(Bool)
  case integer(Int)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  static func text(orNull value: String?) -> JSONValue { value.map(JSONValue.text) ?? .null }

  /// UTC, RFC 3339 with milliseconds.
  static func time(_ date: Date?) -> JSONValue { date.map { .text(Timestamp.utc($0)) } ?? .null }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }

  /// Prints the document, keys sorted.
  func print() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    Console.line(String(decoding: try encoder.encode(self), as: UTF8.self))
  }
}
