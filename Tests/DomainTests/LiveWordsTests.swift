import Domain
import Testing

@Suite("Words that were heard live")
struct LiveWordsTests {
  @Test("words make phrases, a pause of a second begins the next") func phrases() {
    var words = LiveWords()
    words.commit(" Call", from: 0.5, to: 0.8)
    words.commit(" Ruth", from: 0.9, to: 1.2)
    words.commit(".", from: 1.2, to: 1.2)
    words.commit(" Then", from: 2.2, to: 2.4)
    #expect(words.phrases.map(\.text) == ["Call Ruth.", "Then"])
    #expect(words.phrases.map(\.start) == [0.5, 2.2])
    #expect(words.text == "Call Ruth. Then")
    #expect(words.heardUntil == 2.4)
  }

  @Test("sound that was not heard is a gap of its own, and no word of the text") func gaps() {
    var words = LiveWords()
    words.commit(" One", from: 0, to: 1)
    #expect(words.skip(from: 1, to: 5) == 1)
    #expect(words.skip(from: 5, to: 9) == 1)
    #expect(words.commit(" two", from: 9.1, to: 9.4) == 2)
    #expect(words.phrases.map(\.text) == ["One", "", "two"])
    #expect(words.phrases[1] == LiveWords.Phrase(start: 1, end: 9, text: ""))
    #expect(words.text == "One two")
    #expect(words.heardUntil == 9.4)
  }

  @Test("words that were said before a gap come before it, whenever they are committed") func order() {
    var words = LiveWords()
    words.commit(" One", from: 0, to: 1)
    words.skip(from: 3, to: 9)
    #expect(words.commit(" two", from: 1.2, to: 1.5) == 0)
    #expect(words.commit(" three", from: 2.6, to: 2.9) == 1)
    #expect(words.phrases.map(\.text) == ["One two", "three", ""])
  }

  @Test("what is no time, and what is no word, adds nothing") func odd() {
    var words = LiveWords()
    words.commit(" x", from: .nan, to: 1)
    words.commit(" x", from: 0, to: .infinity)
    words.commit(" x", from: 2, to: 1)
    words.commit("  ", from: 0, to: 1)
    words.skip(from: -1, to: 1)
    words.settle(until: .infinity)
    #expect(words.phrases.isEmpty && words.heardUntil == 1)
    #expect(LiveWords.Phrase(start: 0, end: 1e300, text: "").seconds == 1_000_000_000)
  }
}
