import Domain
import Testing

@Suite("Words of a text") struct TextTermsTests {
  @Test(
    "letters and figures make words, whatever typography stands between them",
    arguments: [
      ("It's $1,850, isn't it?", ["its", "1850", "isnt", "it"]),
      (
        "What’s the “promo” for beds—two or 5–10 • each…",
        ["whats", "the", "promo", "for", "beds", "two", "or", "5", "10", "each"]
      ),
      ("Café Ünïcode", ["cafe", "unicode"]), ("— “ ” —", []),
    ])
  func words(text: String, expected: [String]) {
    #expect(TextTerms.words(text).map { String(decoding: $0, as: UTF8.self) } == expected)
  }
}
