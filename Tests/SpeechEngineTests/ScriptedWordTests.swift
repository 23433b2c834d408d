import Foundation
import SpeechEngine
import Testing

/// Word times, segment borders and skipped hallucinations of upstream's own code, fed with scripted alignments: `words.json`.
@Suite("Word times equal faster-whisper's")
struct ScriptedWordTests {
  private struct Golden: Decodable {
    let cases: [Case]
  }
  private struct Case: Decodable {
    let frames: Int
    let language: String
    let options: ScriptedOptions
    let windows: [Window]
  }
  private struct Window: Decodable {
    let seek: Int
    let frames: Int
    let tokens: [Int]
    let marks: [Int]
    let probabilities: [Double]
    let last_speech: Double
    let pieces: [Piece]
    let kept: [Int]
    let next_seek: Int?
  }
  private struct Piece: Decodable {
    let start: Double
    let end: Double
    let words: [Spoken]
  }
  private struct Spoken: Decodable {
    let word: Word

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      word = Word(
        start: try values.decode(Double.self), end: try values.decode(Double.self),
        word: try values.decode(String.self), probability: try values.decode(Double.self))
    }
  }

  @Test("words, borders and the next window of 140 recordings") func everyRecording() throws {
    let golden = try Goldens.json(Golden.self, "words.json")
    #expect(golden.cases.count == 140)
    let model = try WhisperModel(folder: Goldens.demo)
    for (index, item) in golden.cases.enumerated() { walk(item, "case \(index)", model) }
  }

  private func walk(_ item: Case, _ name: String, _ model: WhisperModel) {
    var options = item.options.options
    options.wordTimestamps = true
    options.noSpeechThreshold = nil
    var loop = WindowLoop(model, options, contentFrames: item.frames)
    for (index, expected) in item.windows.enumerated() {
      let here = "\(name), window \(index); \(Goldens.regenerate)"
      guard let window = loop.next() else {
        Issue.record("\(here): the loop has ended")
        return
      }
      #expect(window.frames == expected.seek..<expected.seek + expected.frames, "\(here)")
      let result = WindowResult(
        tokens: expected.tokens, temperature: 0, avgLogprob: -0.3, compressionRatio: 1, noSpeech: 0)
      let alignment = TokenAlignment(
        times: expected.marks.map { Double($0) / 50 }, probabilities: expected.probabilities)
      let segments = loop.accept(result, window, language: item.language) { _ in alignment }
      let pieces = expected.kept.map { expected.pieces[$0] }
      #expect(segments.count == pieces.count, "\(here)")
      for (ours, theirs) in zip(segments, pieces) { compare(ours, theirs, here) }
      #expect(loop.next()?.frames.lowerBound == expected.next_seek, "\(here)")
    }
  }

  private func compare(_ ours: Segment, _ theirs: Piece, _ here: String) {
    #expect(abs(ours.start - theirs.start) < 1e-9 && abs(ours.end - theirs.end) < 1e-9, "\(here)")
    let (found, wanted) = (ours.words ?? [], theirs.words.map(\.word))
    #expect(found.map(\.word) == wanted.map(\.word), "\(here)")
    for (a, b) in zip(found, wanted) {
      #expect(abs(a.start - b.start) < 1e-9 && abs(a.end - b.end) < 1e-9, "\(here)")
      #expect(abs(a.probability - b.probability) < 1e-6, "\(here)")
    }
  }
}
