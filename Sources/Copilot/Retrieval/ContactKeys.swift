/// E-mail addresses and telephone numbers in a question: who has one is who is meant.
struct ContactKeys {
  private let addresses: [String]
  /// Their digits.
  private let numbers: [String]

  /// Fewer digits are a price, a year or a customer's number; more are no telephone's.
  private static let digits = 7...15

  init(_ question: String) {
    addresses = question.lowercased().split(whereSeparator: \.isWhitespace).compactMap { word in
      let address = word.drop { !$0.isLetter && !$0.isNumber }.reversed().drop { !$0.isLetter && !$0.isNumber }
      let parts = address.reversed().split(separator: "@", omittingEmptySubsequences: false)
      return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") ? String(address.reversed()) : nil
    }
    numbers = question.split { !($0.isASCII && ($0.isNumber || "()+-./ ".contains($0))) }.map(Self.digits(of:))
      .filter { Self.digits.contains($0.count) }
  }

  var isEmpty: Bool { addresses.isEmpty && numbers.isEmpty }

  /// Whether all of them stand in a text.
  func stand(in text: String) -> Bool {
    let (lower, digits) = (text.lowercased(), Self.digits(of: text[...]))
    return addresses.allSatisfy(lower.contains) && numbers.allSatisfy(digits.contains)
  }

  private static func digits(of text: Substring) -> String { String(text.filter { $0.isASCII && $0.isNumber }) }
}
