import Foundation
import SpeechEngine
import Testing

@Suite("log-mel features")
struct FeatureTests {
  struct Golden: Decodable {
    struct Clip: Decodable {
      let clip: String
      let file: String
      let shape: [Int]
    }
    let clips: [Clip]
  }

  @Test("equal faster-whisper's within 1e-4") func parity() throws {
    for golden in try Goldens.json(Golden.self, "logmel.json").clips {
      let found = try FeatureExtractor().extract(AudioClip(contentsOf: Goldens.audio(golden.clip)))
      let expected = try Goldens.floats(golden.file)
      #expect([found.bands, found.frames] == golden.shape)
      let worst = zip(found.values, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(found.values.count == expected.count && worst <= 1e-4, "\(golden.clip): \(worst); \(Goldens.regenerate)")
    }
  }

  @Test(
    "the encoder's output equals CTranslate2's within 1e-3",
    .enabled(if: FileManager.default.fileExists(atPath: Goldens.demoFloat.path), "see docs/decisions/0002"))
  func encoder() throws {
    let golden = try #require(try Goldens.json(Golden.self, "encoder.json").clips.first)
    let transcriber = try Transcriber(WhisperModel(folder: Goldens.demoFloat, computeType: .float32))
    let found = try transcriber.encode(AudioClip(contentsOf: Goldens.audio(golden.clip)))
    let expected = try Goldens.floats(golden.file)
    let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(expected.count == golden.shape.reduce(1, *) && worst < 1e-3, "\(worst); \(Goldens.regenerate)")
  }

  @Test("one sample, silence and less than a frame work", arguments: [1, 2, 159, 161, 400]) func tiny(count: Int) throws
  {
    let found = try FeatureExtractor(bands: 128).extract(AudioClip(samples: Array(repeating: 0, count: count)))
    #expect(found.frames == count / 160 + 1)
    #expect(found.values.allSatisfy { $0.isFinite })
  }
}
