import Foundation

/// Writes JSON as Python's `json.dump(indent=2)` does, so that files look as their readers know them.
enum JSONText {
  /// - Parameter order: keys of the outermost object, in order; other keys follow, sorted.
  static func pretty(_ value: JSONValue, order: [String] = []) throws -> Data {
    try Data((text(value, indent: "", order: order) + "\n").utf8)
  }

  private static func text(_ value: JSONValue, indent: String, order: [String] = []) throws -> String {
    let inner = indent + "  "
    switch value {
    case .array(let elements) where !elements.isEmpty:
      let lines = try elements.map { inner + (try text($0, indent: inner)) }
      return "[\n" + lines.joined(separator: ",\n") + "\n" + indent + "]"
    case .object(let members) where !members.isEmpty:
      let lines = try keys(of: members, order: order).map { key in
        inner + (try scalar(.string(key))) + ": " + (try text(members[key] ?? .null, indent: inner))
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + indent + "}"
    default: return try scalar(value)
    }
  }

  private static func keys(of members: [String: JSONValue], order: [String]) -> [String] {
    order.filter { members[$0] != nil } + members.keys.filter { !order.contains($0) }.sorted()
  }

  private static func scalar(_ value: JSONValue) throws -> String {
    String(decoding: try value.compact(), as: UTF8.self)
  }
}
