import Foundation

/// One value of a table as RFC 4180 writes it, made so that a spreadsheet takes it for text and never for a formula.
enum CSVCell {
  /// First characters that spreadsheets take for the start of a formula, the wide ones of East Asian keyboards too.
  private static let formulaStarts = Set("=+-@\t\r\n＝＋－＠")

  /// The value with an apostrophe before it where a spreadsheet could take it for a formula. Plain numbers stay.
  static func safe(_ value: String) -> String {
    guard let first = value.first(where: { $0 != " " }), formulaStarts.contains(first) || first == "\r\n" else {
      return value
    }
    return isPlainNumber(value) ? value : "'" + value
  }

  /// The value in quotes where it needs them.
  static func encode(_ value: String) -> [UInt8] {
    let bytes = Array(value.utf8)
    let special = Set(",\"\r\n".utf8)
    if !bytes.contains(where: special.contains) { return bytes }
    return [quote] + bytes.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
  }

  private static let quote = UInt8(ascii: "\"")

  private static func isPlainNumber(_ value: String) -> Bool {
    value.wholeMatch(of: /[+-]?[0-9]+(\.[0-9]+)?/) != nil
  }
}
