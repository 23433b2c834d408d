public import Domain
public import Foundation

/// Which lines of a price list a quote has.
public struct QuoteChoice: Sendable, Equatable, Codable {
  /// How many of each upsell, by name; those that are not named here are left out.
  public var quantities: [String: Int]
  public var takesDiscount: Bool

  public init(quantities: [String: Int], takesDiscount: Bool) {
    self.quantities = quantities
    self.takesDiscount = takesDiscount
  }

  /// One of everything that has a price, as a first offer.
  public init(all list: PriceList) {
    quantities = list.upsells.reduce(into: [:]) { $0[$1.name] = 1 }
    takesDiscount = list.discount?.counts == true
  }

  /// The most of one upsell.
  public static let mostOfOne = 999
}

/// A quote from a price list: a pure sum in cents.
public struct QuoteBuilder: Sendable, Equatable {
  public struct Line: Sendable, Equatable {
    public let name: String
    public let quantity: Int
    /// In cents, for all of them.
    public let price: Int
  }

  public let list: PriceList
  public let lines: [Line]
  /// In cents, 0 where none is taken.
  public let discount: Int
  /// In cents.
  public let total: Int

  /// - Parameter choice: names that the list does not have count nothing; quantities are held to 1...999.
  public init(_ list: PriceList, choice: QuoteChoice) {
    self.list = list
    lines = list.upsells.compactMap { upsell in
      guard let count = choice.quantities[upsell.name], count > 0 else { return nil }
      let quantity = min(count, QuoteChoice.mostOfOne)
      return Line(name: upsell.name, quantity: quantity, price: upsell.price * quantity)
    }
    let sum = list.basePrice + lines.reduce(0) { $0 + $1.price }
    discount = choice.takesDiscount ? list.discount?.off(sum) ?? 0 : 0
    total = sum - discount
  }

  /// As it goes into the note: `Quote: Bed refresh — $20,425 (Upsells: Dark brown mulch, Islands × 2)`.
  public var words: String {
    let names = lines.map { $0.quantity == 1 ? $0.name : "\($0.name) × \($0.quantity)" }
    let upsells = names.isEmpty ? "" : " (Upsells: \(names.joined(separator: ", ")))"
    return "Quote: \(list.service) — \(Dollars.text(total))\(upsells)"
  }

  /// As it goes to the CRM; an upsell of several is one line with the price of all.
  public func summary(at now: Date) -> QuoteSummary {
    QuoteSummary(
      service: list.service, basePrice: Self.units(list.basePrice),
      upsells: lines.map {
        .init(name: $0.quantity == 1 ? $0.name : "\($0.name) × \($0.quantity)", price: Self.units($0.price))
      },
      currency: "USD", total: Self.units(total), generatedAt: Timestamp.utc(now))
  }

  private static func units(_ cents: Int) -> Double { Double(cents) / 100 }
}
