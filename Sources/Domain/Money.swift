/// Amounts of money as people write them.
public enum Money {
  private static let signs = ["USD": "$", "EUR": "€", "GBP": "£"]

  /// Without cents: `$18,400`; `CHF 18,400` for a currency without a sign of its own here.
  public static func text(_ amount: Double, currency: String = "USD") -> String {
    guard amount.isFinite, abs(amount) < 1e15 else { return "–" }
    let sign = amount <= -0.5 ? "−" : ""
    return sign + (signs[currency] ?? currency + " ") + grouped(Int(amount.rounded().magnitude))
  }

  /// With cents where there are any, in dollars: `$18,400`, `$9.50`.
  public static func words(_ amount: Double) -> String {
    guard abs(amount) < 1e12 else { return "$\(amount)" }
    let cents = Int((amount * 100).rounded())
    let rest = abs(cents % 100)
    return (cents < 0 ? "-$" : "$") + grouped(abs(cents / 100))
      + (rest == 0 ? "" : "." + (rest < 10 ? "0" : "") + String(rest))
  }

  /// `18,400`
  private static func grouped(_ number: Int) -> String {
    let digits = String(number)
    return digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset).isMultiple(of: 3) { text.append(",") }
      text.append(digit.element)
    }
  }
}
