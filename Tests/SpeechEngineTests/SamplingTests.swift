import Foundation
import SpeechEngine
import Testing

/// Samples can't equal faster-whisper's one by one; a thousand of them must have the same distribution.
@Suite("Samples are distributed as faster-whisper's", .serialized)
struct SamplingTests {
  private struct Golden: Decodable {
    let clip: String
    let draws: Int
    let temperatures: [Level]
  }
  private struct Level: Decodable {
    let temperature: Float
    let texts: Counts<[Int]>
    let steps: [Counts<Int>]
  }
  private struct Counts<Outcome: Decodable & Hashable>: Decodable {
    let often: [Outcome: Int]
    let rest: Int

    private enum Keys: String, CodingKey { case often, rest }
    private struct Entry: Decodable {
      let outcome: Outcome
      let count: Int
      init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        outcome = try values.decode(Outcome.self)
        count = try values.decode(Int.self)
      }
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Keys.self)
      rest = try values.decode(Int.self, forKey: .rest)
      often = Dictionary(
        uniqueKeysWithValues: try values.decode([Entry].self, forKey: .often).map { ($0.outcome, $0.count) })
    }
  }

  /// 63 rounds of 16 are as near to a thousand draws as rounds come.
  private func draw(_ golden: Golden, temperature: Float) throws -> [[Int]] {
    let transcriber = try Transcriber(WhisperModel(contentsOf: Goldens.demo, computeType: .float32))
    var options = TranscriptionOptions()
    options.temperatures = [temperature]
    options.bestOf = 16
    return try transcriber.samples(
      of: try AudioClip(contentsOf: Goldens.audio(golden.clip)), options, rounds: golden.draws / 16 + 1)
  }

  @Test("whole texts and the tokens of each step, and another temperature's differ") func distribution() throws {
    let golden = try Goldens.json(Golden.self, "sampling.json")
    #expect(golden.draws == 1000 && golden.temperatures.count == 2)
    for level in golden.temperatures {
      let ours = try draw(golden, temperature: level.temperature)
      #expect(ours.count > 1000)
      let texts = Self.deviation(level.texts, ours)
      #expect(texts < 4, "texts at \(level.temperature) are \(texts) standard deviations off; \(Goldens.regenerate)")
      let end = try WhisperModel(contentsOf: Goldens.demo).tokenizer.special("<|endoftext|>") ?? 0
      for (index, step) in level.steps.enumerated() {
        let tokens = ours.map { index < $0.count ? $0[index] : end }
        let deviation = Self.deviation(step, tokens)
        #expect(deviation < 4, "step \(index) at \(level.temperature): \(deviation); \(Goldens.regenerate)")
      }
    }
    let other = try draw(golden, temperature: 0.4)
    #expect(Self.deviation(golden.temperatures[0].texts, other) > 8, "the test must tell temperatures apart")
  }

  /// Two-sample chi-square over the outcomes that came often and all others together, as standard deviations from what
  /// equal distributions give (Wilson and Hilferty's approximation).
  private static func deviation<Outcome>(_ theirs: Counts<Outcome>, _ ours: [Outcome]) -> Double {
    let found = Dictionary(grouping: ours) { $0 }.mapValues(\.count)
    var cells = theirs.often.map { (Double($0.value), Double(found[$0.key] ?? 0)) }
    let known = theirs.often.keys.reduce(0) { $0 + (found[$1] ?? 0) }
    cells.append((Double(theirs.rest), Double(ours.count - known)))
    // Cells of few are merged: the approximation needs about five of each.
    let few = cells.filter { $0.0 + $0.1 < 10 }
    cells = cells.filter { $0.0 + $0.1 >= 10 }
    if !few.isEmpty { cells.append(few.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }) }
    cells = cells.filter { $0.0 + $0.1 > 0 }
    guard cells.count > 1 else { return 0 }
    let (a, b) = cells.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    let square = cells.reduce(0) { sum, cell in
      let difference = (b / a).squareRoot() * cell.0 - (a / b).squareRoot() * cell.1
      return sum + difference * difference / (cell.0 + cell.1)
    }
    let freedom = Double(cells.count - 1)
    return (cbrt(square / freedom) - (1 - 2 / (9 * freedom))) / (2 / (9 * freedom)).squareRoot()
  }
}
