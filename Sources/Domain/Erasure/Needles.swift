import Foundation

/// What the data folder is searched for: everything that would tell of a person, in every way that our files write it.
public struct Needles: Sendable {
  /// Fewer bytes than these are in many a file by chance.
  public static let shortest = 5

  /// Names, addresses, numbers: whatever their case. Somebody else's words may hold them.
  public let words: [String]
  /// Identifiers of rows: nobody else's words hold them.
  public let ids: [String]
  /// Pieces of recordings.
  public let sounds: [[UInt8]]
  /// Words that are too short to be searched for.
  public let short: Int

  public init(_ plan: ErasePlan) {
    var said: [String] = []
    for facts in [plan.subject.facts, plan.subject.formerly].compactMap(\.self) {
      said += [facts.name, facts.email, facts.phone, PersonMatch.digits(facts.phone)]
    }
    if let place = plan.subject.account, place.goes { said += [place.name, place.street] }
    let all = Set(said.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty })
    let long = all.filter { $0.utf8.count >= Self.shortest }
    words = Set(long.flatMap(Self.writings)).sorted()
    short = all.count - long.count
    // A table's own keys, such as C1, are no identifiers of ours.
    ids = plan.allIDs.filter { $0.utf8.count >= 16 }
    sounds = plan.sounds.map { Self.bytes($0.sample) }.filter { !$0.isEmpty }
  }

  /// A text as it stands in rows, JSON, tables, and in another case or normal form.
  static func writings(_ text: String) -> [String] {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let cases = [text, line, text.lowercased(), text.uppercased()]
    let forms = cases.flatMap {
      [$0, $0.precomposedStringWithCanonicalMapping, $0.decomposedStringWithCanonicalMapping]
    }
    return forms.flatMap { form in
      [form, json(form, ascii: false), json(form, ascii: true), form.replacing("\"", with: "\"\"")]
    }
  }

  /// As a string of JSON, without its quotes.
  private static func json(_ text: String, ascii: Bool) -> String {
    text.utf16.reduce(into: [UInt16]()) { units, unit in
      let escape: String? =
        switch unit {
        case 0x22: "\\\""
        case 0x5C: "\\\\"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        case ..<0x20: "\\u" + hex(unit)
        case 0x80... where ascii: "\\u" + hex(unit)
        default: nil
        }
      units += escape.map { Array($0.utf16) } ?? [unit]
    }.withUnsafeBufferPointer { String(decoding: $0, as: UTF16.self) }
  }

  private static func hex(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
