import SpeechEngine
import Testing

@Suite("Words that stay")
struct StableWordsTests {
  /// Words a second long, one behind the other.
  private func heard(_ text: String, from start: Double = 0, probability: Double = 1) -> [HeardWord] {
    text.split(separator: " ").enumerated().map { index, word in
      HeardWord(
        " " + word, start: start + Double(index), end: start + Double(index) + 1, probability: probability)
    }
  }

  private func text(_ words: [HeardWord]) -> String { words.map(\.text).joined() }

  @Test("the first hypothesis commits nothing") func first() {
    var words = StableWords()
    #expect(words.take(heard("met with Anna")).isEmpty)
    #expect(text(words.tentative) == " met with Anna")
  }

  @Test("what two hypotheses in a row agree on from their start is committed, but for the last word") func agreement() {
    var words = StableWords()
    _ = words.take(heard("met with Hanna today"))
    #expect(text(words.take(heard("met with Anna at noon"))) == " met with")
    #expect(text(words.tentative) == " Anna at noon")
    var same = StableWords()
    _ = same.take(heard("met with Anna"))
    #expect(text(same.take(heard("met with Anna"))) == " met with")
  }

  @Test("case and punctuation don't part hypotheses, and the newer spelling counts") func spelling() {
    var words = StableWords()
    _ = words.take(heard("Met with, anna and"))
    #expect(text(words.take(heard("met with Anna, and Bob"))) == " met with Anna, and")
  }

  @Test("three in a row must agree where three are asked for") func three() {
    var words = StableWords()
    for _ in 0..<2 { #expect(words.take(heard("met with Anna"), agreement: 3).isEmpty) }
    #expect(text(words.take(heard("met with Bob"), agreement: 3)) == " met with")
    _ = words.take(heard("Anna at noon", from: 2), agreement: 3, continues: true)
    #expect(words.take(heard("Bob at noon", from: 2), agreement: 3, continues: true).isEmpty)
  }

  @Test("what is committed never comes back, however later hypotheses read") func committed() {
    var words = StableWords()
    var all: [HeardWord] = []
    for text in ["we met Anna in", "we met Anna in town", "he met Anna in town today", "you sat and saw a clown"] {
      all += words.take(heard(text))
    }
    all += words.finish(heard("they let Hanna in town today again"))
    #expect(text(all) == " we met Anna in town today again")
  }

  @Test("words near the newest sound, and improbable ones, wait") func edge() {
    var words = StableWords()
    _ = words.take(heard("one two three four"), until: 2)
    #expect(text(words.take(heard("one two three four"), until: 2)) == " one two")
    var unsure = StableWords()
    _ = unsure.take(heard("one two"), certainty: 0.5)
    #expect(unsure.take(heard("one two", probability: 0.4), certainty: 0.5).isEmpty)
  }

  @Test("a hypothesis that repeats the end of what is committed at a seam loses it") func seam() {
    var words = StableWords()
    _ = words.take(heard("we met Anna in town"))
    #expect(text(words.take(heard("we met Anna in town"))) == " we met Anna in")
    #expect(text(words.finish(heard("Anna in town today", from: 3.95))) == " town today")
  }

  @Test("a hypothesis that goes on from what is committed is taken whole, whatever its times") func continues() {
    var words = StableWords()
    _ = words.take(heard("we met Anna in"))
    _ = words.take(heard("we met Anna in"))
    #expect(words.committedEnd == 3)
    #expect(text(words.finish(heard("in town", from: 0), continues: true)) == " in town")
  }

  @Test("an utterance that came to nothing commits nothing") func empty() {
    var words = StableWords()
    _ = words.take(heard("thank you"))
    #expect(words.finish([]).isEmpty && words.tentative.isEmpty)
  }
}

@Suite("Pauses between utterances")
struct SpeechGateTests {
  private func changes(_ scores: [Float], pause: Int) -> [SpeechGate.Change] {
    var gate = SpeechGate(pause: pause)
    return scores.compactMap { gate.accept($0) }
  }

  @Test("speech begins with the first of two windows, and ends behind its last when the pause is over") func utterance()
  {
    let scores: [Float] = [0, 0, 0.9, 0.9, 0.9, 0, 0, 0, 0]
    #expect(changes(scores, pause: 3) == [.began(2), .ended(5)])
  }

  @Test("a single window is no utterance, and a short silence no pause") func short() {
    #expect(changes([0, 0.9, 0, 0.9, 0, 0, 0], pause: 2).isEmpty)
    #expect(changes([0.9, 0.9, 0, 0, 0.9, 0.9], pause: 3) == [.began(0)])
  }

  @Test("what is only a little less sure than speech goes on with it") func hysteresis() {
    #expect(changes([0.9, 0.9, 0.4, 0.4, 0.4, 0.4], pause: 3) == [.began(0)])
    #expect(changes([0.4, 0.4, 0.4], pause: 3).isEmpty)
  }

  @Test("a long utterance ends at a shorter pause") func long() {
    let pause = [Float](repeating: 0, count: 6)
    #expect(changes([Float](repeating: 0.9, count: 30) + pause, pause: 10) == [.began(0)])
    #expect(changes([Float](repeating: 0.9, count: 200) + pause, pause: 10) == [.began(0), .ended(200)])
  }

  @Test("the end of the sound ends an utterance") func end() {
    var gate = SpeechGate(pause: 10)
    _ = gate.accept(0.9)
    _ = gate.accept(0.9)
    #expect(gate.speechEnd == 2)
    #expect(gate.close() == .ended(2))
    #expect(gate.close() == nil)
  }
}
