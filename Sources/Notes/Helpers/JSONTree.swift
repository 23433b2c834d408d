import Foundation

/// Any JSON, so that a file with one wrong value still gives its right ones.
enum JSONTree: Decodable, Sendable {
  case null
  case bool(Bool)
  case number(Decimal)
  case string(String)
  case array([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      self = .object(
        try object.allKeys.reduce(into: [:]) { $0[$1.stringValue] = try object.decode(JSONTree.self, forKey: $1) })
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var values: [JSONTree] = []
      while !list.isAtEnd { values.append(try list.decode(JSONTree.self)) }
      self = .array(values)
      return
    }
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let flag = try? value.decode(Bool.self) {
      self = .bool(flag)
    } else if let number = try? value.decode(Decimal.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .string(text)
    } else {
      // A number that nothing here can hold.
      self = .number(.nan)
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

/// Reads one object of a file and counts what it had to leave out.
struct HelperObject {
  private let fields: [String: JSONTree]
  /// Values of the wrong type or beyond a limit.
  private(set) var skipped = 0

  init(_ fields: [String: JSONTree]) { self.fields = fields }

  /// Text on one line, cut at the limit; nil where there is none.
  mutating func text(_ key: String, limit: Int = 600) -> String? {
    guard let value = present(key) else { return nil }
    guard case .string(let text) = value else {
      skipped += 1
      return nil
    }
    return Self.clean(text, limit)
  }

  mutating func texts(_ key: String, limit: Int = 50) -> [String] {
    list(key, limit: limit).compactMap { value in
      guard case .string(let text) = value, let clean = Self.clean(text, 600) else {
        skipped += 1
        return nil
      }
      return clean
    }
  }

  /// An amount in cents from a number of the currency's units, 0 up to a billion.
  mutating func cents(_ key: String) -> Int? {
    guard let value = present(key) else { return nil }
    guard case .number(let number) = value, let cents = Self.cents(number) else {
      skipped += 1
      return nil
    }
    return cents
  }

  mutating func objects(_ key: String, limit: Int = 50) -> [HelperObject] {
    list(key, limit: limit).compactMap { value in
      guard case .object(let fields) = value else {
        skipped += 1
        return nil
      }
      return HelperObject(fields)
    }
  }

  mutating func skip(_ count: Int = 1) { skipped += count }

  private mutating func list(_ key: String, limit: Int) -> [JSONTree] {
    guard let value = present(key) else { return [] }
    guard case .array(let values) = value else {
      skipped += 1
      return []
    }
    skipped += max(0, values.count - limit)
    return Array(values.prefix(limit))
  }

  private func present(_ key: String) -> JSONTree? {
    guard let value = fields[key] else { return nil }
    if case .null = value { return nil }
    return value
  }

  private static func clean(_ text: String, _ limit: Int) -> String? {
    let kept = text.unicodeScalars.prefix(limit * 4).map { scalar -> Unicode.Scalar in
      [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        ? " " : scalar
    }
    let line = String(String.UnicodeScalarView(kept)).trimmingCharacters(in: .whitespaces)
    return line.isEmpty ? nil : String(line.prefix(limit))
  }

  static func cents(_ number: Decimal) -> Int? {
    guard !number.isNaN, number >= 0, number <= 1_000_000_000 else { return nil }
    var (value, rounded) = (number * 100, Decimal())
    NSDecimalRound(&rounded, &value, 0, .plain)
    return NSDecimalNumber(decimal: rounded).intValue
  }
}
