import Domain
import Foundation
import Notes

/// The quick quote's slip.
struct QuoteView: Sendable {
  struct Line: Sendable {
    let index: Int
    let name: String
    let isTaken: Bool
    let count: Int
    /// In cents, for one: the page's script sums up by the same rule as ``QuoteBuilder``.
    let cents: Int
    /// For all of them.
    let price: String
  }
  struct DiscountLine: Sendable {
    let words: String
    /// nil where the words name no sum: they are shown and count nothing.
    let amount: String?
    let isTaken: Bool
    let basisPoints: Int
    let cents: Int
  }

  let service: String
  /// `Prices of 4 May`
  let fresh: String?
  let base: String
  let baseCents: Int
  let lines: [Line]
  let discount: DiscountLine?
  let total: String
  let words: String
  let isInserted: Bool

  init?(_ list: PriceList?, kept: KeptQuote?, clock: ClockWords) {
    guard let list else { return nil }
    let choice = QuoteChoice.read(kept?.choice) ?? QuoteChoice(all: list)
    let builder = QuoteBuilder(list, choice: choice)
    service = list.service
    fresh = list.lastUpdated.flatMap { FreshWords.day($0, clock) }.map { "Prices of \($0)" }
    base = Dollars.text(list.basePrice)
    baseCents = list.basePrice
    lines = list.upsells.enumerated().map { index, upsell in
      let count = choice.quantities[upsell.name] ?? 0
      return Line(
        index: index, name: upsell.name, isTaken: count > 0, count: max(1, count), cents: upsell.price,
        price: Dollars.text(upsell.price * max(1, count)))
    }
    discount = list.discount.map { offer in
      DiscountLine(
        words: offer.words, amount: offer.counts ? Dollars.text(-builder.discount) : nil,
        isTaken: choice.takesDiscount, basisPoints: offer.basisPoints ?? 0, cents: offer.cents ?? 0)
    }
    total = Dollars.text(builder.total)
    words = builder.words
    isInserted = kept?.insertedAt != nil
  }
}

extension QuoteChoice {
  /// As it was kept; nil where it can't be read.
  static func read(_ json: String?) -> QuoteChoice? {
    json.flatMap { try? JSONDecoder().decode(QuoteChoice.self, from: Data($0.utf8)) }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// As the quote's form sends it: `name0`, `take0`, `count0` and so on.
  init(form: [String: String]) {
    self.init(quantities: [:], takesDiscount: form["discount"] != nil)
    for index in 0..<30 {
      guard let name = form["name\(index)"], form["take\(index)"] != nil else { continue }
      let count = form["count\(index)"].flatMap { Int($0) } ?? 1
      quantities[name] = min(max(count, 1), QuoteChoice.mostOfOne)
    }
  }
}
