import Domain
import Testing

@Suite("Amounts of money") struct MoneyTests {
  @Test("amounts in words have cents where there are any")
  func words() {
    #expect(Money.words(18_400) == "$18,400" && Money.words(9.5) == "$9.50" && Money.words(0.07) == "$0.07")
    #expect(Money.words(-1_234.56) == "-$1,234.56" && Money.words(0) == "$0")
  }
}
