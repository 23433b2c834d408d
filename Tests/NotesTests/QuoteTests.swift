import Domain
import Foundation
import Notes
import TestSupport
import Testing

@Suite("Quotes") struct QuoteTests {
  private let list = PriceList(
    service: "Spring bed refresh", basePrice: 1_490_000,
    upsells: [
      .init(name: "Dark brown mulch", price: 98_000), .init(name: "French drain, 60 ft", price: 438_000),
      .init(name: "Islands", price: 62_000),
    ],
    discount: Discount("Early start, 5% off"))

  @Test("the drawn quote comes to the drawn total") func drawn() {
    let choice = QuoteChoice(
      quantities: ["Dark brown mulch": 1, "French drain, 60 ft": 1, "Islands": 2], takesDiscount: true)
    let quote = QuoteBuilder(list, choice: choice)
    #expect(quote.lines.map(\.price) == [98_000, 438_000, 124_000])
    #expect(Dollars.text(-quote.discount) == "−$1,075")
    #expect(Dollars.text(quote.total) == "$20,425")
    #expect(
      quote.words
        == "Quote: Spring bed refresh — $20,425 (Upsells: Dark brown mulch, French drain, 60 ft, Islands × 2)")
  }

  @Test("without choices a quote is the base price alone") func bare() {
    let quote = QuoteBuilder(list, choice: QuoteChoice(quantities: [:], takesDiscount: false))
    #expect(quote.words == "Quote: Spring bed refresh — $14,900")
  }

  @Test("what the list does not have counts nothing, and quantities are held") func hostileChoice() {
    let choice = QuoteChoice(
      quantities: ["Gold": 5, "Islands": 1_000_000_000, "Dark brown mulch": -3], takesDiscount: false)
    let quote = QuoteBuilder(list, choice: choice)
    #expect(quote.total == 1_490_000 + 999 * 62_000)
  }

  @Test("the payload's summary has the contract's numbers") func summary() {
    let quote = QuoteBuilder(list, choice: QuoteChoice(quantities: ["Islands": 2], takesDiscount: false))
    let summary = quote.summary(at: Date(timeIntervalSince1970: 0))
    #expect(summary.basePrice == 14_900 && summary.total == 16_140 && summary.currency == "USD")
    #expect(summary.upsells == [.init(name: "Islands × 2", price: 1_240)])
    #expect(summary.generatedAt == "1970-01-01T00:00:00.000Z")
  }

  @Test(
    "a discount is what its words take off the whole",
    arguments: [
      ("5% off with a signature by 31 May", 500), ("Early start, 5% off", 500), ("12.5% off the total", 1_250),
      ("10 percent off", 1_000), ("15% off mulch with the cleanup", 0), ("Price held for 3 years", 0), ("150% off", 0),
      ("0% off", 0), ("$25 off", 2_500), ("$1,000 off", 10_000), ("", 0), ("off", 0), ("% off", 0),
    ])
  func discounts(words: String, off: Int) {
    #expect(Discount(words).off(10_000) == off)
  }

  @Test("a part of a sum is rounded half up to the cent") func rounding() {
    #expect(Discount("5% off").off(10) == 1)
    #expect(Discount("5% off").off(9) == 0)
  }
}
