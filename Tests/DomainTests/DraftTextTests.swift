import Domain
import Foundation
import Testing

@Suite("A draft's words") struct DraftTextTests {
  private let start = Date(timeIntervalSince1970: 1_000)

  private func version(
    _ number: Int, _ text: String, _ origin: DraftOrigin = .typed, editor: String = "other", after seconds: Double = 0
  ) -> DraftVersion {
    DraftVersion(number: number, text: text, createdAt: start + seconds, origin: origin, editor: editor)
  }

  @Test(
    "words that are put in come on a line of their own, trimmed; empty ones change nothing",
    arguments: [
      ("", " new \n", "new"), ("old", "new", "old\nnew"), ("old\n", "new", "old\nnew"), ("old", " \n ", "old"),
      ("  \n", "new", "new"), ("a\n\nb ", "c", "a\n\nb \nc"),
    ])
  func appending(text: String, words: String, expected: String) {
    #expect(DraftText.appending(words, to: text) == expected)
  }

  @Test("where nobody else changed anything, a save is what was typed") func alone() {
    #expect(DraftText.merged("mine", base: "", since: [], editor: "me") == "mine")
  }

  @Test("versions of the same page are no conflict: a reply may have been lost") func lostReply() {
    let since = [version(1, "m", editor: "me"), version(2, "mi", editor: "me")]
    #expect(DraftText.merged("mine", base: "", since: since, editor: "me") == "mine")
    #expect(DraftText.merged("mine", base: "", since: since, editor: "you") == nil)
    #expect(DraftText.merged("mine", base: "", since: [version(1, "x", editor: "")], editor: "") == nil)
  }

  @Test("words heard meanwhile come behind what was typed") func heard() {
    let since = [version(2, "base\nheard words", .transcript, editor: "")]
    #expect(DraftText.merged("base and more", base: "base", since: since, editor: "me") == "base and more\nheard words")
    #expect(
      DraftText.merged("typed", base: "", since: [version(1, "heard", .transcript)], editor: "") == "typed\nheard")
    let both = [version(2, "base 2", editor: "me"), version(3, "base 2\nheard", .transcript)]
    #expect(DraftText.merged("base 23", base: "base", since: both, editor: "me") == "base 23\nheard")
    let other = [version(2, "else", editor: "you"), version(3, "else\nheard", .transcript)]
    #expect(DraftText.merged("mine", base: "base", since: other, editor: "me") == nil)
  }

  @Test("half a minute of one page's typing is one version")
  func goesOn() {
    let first = version(1, "a", editor: "me")
    func goes(_ seconds: Double, _ origin: DraftOrigin = .typed, _ editor: String = "me") -> Bool {
      DraftText.goesOn(first, origin: origin, editor: editor, at: start + seconds)
    }
    #expect(goes(0) && goes(29.9))
    #expect(!goes(30) && !goes(-1))
    #expect(!goes(1, .inserted) && !goes(1, .polish) && !goes(1, .typed, "you"))
    #expect(!DraftText.goesOn(version(1, "a", .transcript, editor: "me"), origin: .typed, editor: "me", at: start))
    #expect(!DraftText.goesOn(version(1, "a", editor: ""), origin: .typed, editor: "", at: start))
  }
}
