import Domain
import Testing

@Suite("Word by word differences") struct WordDiffTests {
  private func runs(_ first: String, _ second: String) -> [WordDiff.Run] { WordDiff.runs(from: first, to: second) }

  @Test("equal texts differ nowhere, however their blanks are") func equal() {
    #expect(runs("a b  c", " a\nb c") == [.init(.same, "a b c")])
    #expect(runs("", "").isEmpty)
    #expect(WordDiff.count(runs("a b", "a b")) == 0)
  }

  @Test("what was removed stands before what took its place") func replaced() {
    #expect(
      runs("behind building for it held", "behind building four. It held")
        == [
          .init(.same, "behind building"), .init(.removed, "for it"), .init(.added, "four. It"), .init(.same, "held"),
        ])
  }

  @Test("words only in one text are found at either end") func ends() {
    #expect(runs("", "a b") == [.init(.added, "a b")])
    #expect(runs("a b", "") == [.init(.removed, "a b")])
    #expect(runs("a b", "b c") == [.init(.removed, "a"), .init(.same, "b"), .init(.added, "c")])
  }

  @Test("places are counted, not words") func count() {
    #expect(WordDiff.count(runs("a x y b z c", "a q b c")) == 2)
  }

  @Test("each text is what is left without the other's words", arguments: 0..<40) func whole(seed: Int) {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let words = ["a", "b", "c", "d", "é"]
    func text() -> String { (0..<next(30)).map { _ in words[next(words.count)] }.joined(separator: " ") }
    let (first, second) = (text(), text())
    let runs = runs(first, second)
    func joined(without kind: WordDiff.Kind) -> String {
      runs.filter { $0.kind != kind }.map(\.text).joined(separator: " ")
    }
    #expect(joined(without: .added) == first && joined(without: .removed) == second)
  }

  @Test("texts too long to compare are told apart as wholes") func long() {
    let (first, second) = (Array(repeating: "a", count: 4_000), Array(repeating: "b", count: 4_000))
    let runs = runs((["x"] + first).joined(separator: " "), (["x"] + second).joined(separator: " "))
    #expect(runs.map(\.kind) == [.same, .removed, .added])
  }
}
