/// A string identifier that cannot be mistaken for one of another kind: `ID<Clip>` is not `ID<Job>`.
public struct ID<Tag>: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
  /// The identifier as it is stored and sent.
  public let rawValue: String

  /// Wraps an identifier that already exists; any text is accepted.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// Wraps an identifier that already exists; any text is accepted.
  public init(_ rawValue: String) {
    self.rawValue = rawValue
  }

  public var description: String { rawValue }

  /// A new identifier: 128 bits from the system's secure generator, as 32 lower-case hex digits.
  public static func random() -> ID {
    ID(rawValue: RandomHex.make(bytes: 16))
  }
}

extension ID: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

/// The person or team whose rows these are; only a tag for ``ID``.
public enum Owner {
  /// The single owner of an installation that has no accounts.
  public static let local = ID<Owner>("local")
}

/// Random hexadecimal text from the system's secure generator.
public enum RandomHex {
  /// - Parameter bytes: how many random bytes; the text has twice as many digits.
  public static func make(bytes: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes)
    while text.count < 2 * bytes {
      let word: UInt64 = generator.next()
      for shift in stride(from: 0, to: 64, by: 4) where text.count < 2 * bytes {
        text.append(digits[Int(word >> UInt64(shift) & 15)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
