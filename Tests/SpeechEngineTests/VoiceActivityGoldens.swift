import Foundation
import SpeechEngine
import Testing

/// Goldens of voice activity: `vad.json` names the signals, `Tools/fixtures/goldens/vad.py` says how they are made.
struct VoiceActivityGolden: Decodable {
  struct Signal: Decodable, CustomTestStringConvertible, Sendable {
    let signal: String
    let parts: [Part]
    let samples: Int
    var testDescription: String { signal }

    func sound() throws -> [Float] { try parts.flatMap { try $0.sound() } }
    func scores() throws -> [Float] { try Goldens.floats("vad-\(signal).f32") }
  }
  struct Part: Decodable, Sendable {
    var clip: String?
    var count: Int?
    var gain: Float?
    var noise: Int?
    var seed: UInt32?
    var level: Float?
    var zeros: Int?

    func sound() throws -> [Float] {
      if let noise { return Self.noise(noise, seed: seed ?? 1).map { Float($0) * (level ?? 1) } }
      guard let clip else { return Array(repeating: 0, count: zeros ?? 0) }
      let samples = try AudioClip(contentsOf: Goldens.audio(clip)).samples
      return samples.prefix(count ?? samples.count).map { $0 * (gain ?? 1) }
    }

    /// The generator of `chirp.noise`, -1..<1.
    static func noise(_ count: Int, seed: UInt32) -> [Double] {
      var state = seed
      return (0..<count).map { _ in
        state = 1_664_525 &* state &+ 1_013_904_223
        return Double(state) / 0x1p31 - 1
      }
    }
  }
  let signals: [Signal]

  static let silero = Goldens.fixtures.appending(path: "silero_vad_v6.onnx")
  static let all: [Signal] = (try? Goldens.json(Self.self, "vad.json").signals) ?? []
  static var heard: [Signal] { all.filter { !$0.parts.isEmpty } }
}

extension VoiceActivityDetector {
  /// Scores of samples read in blocks.
  func scores(of samples: [Float]) throws -> [Float] {
    try probabilities(count: samples.count) { range, buffer in _ = buffer.update(fromContentsOf: samples[range]) }
  }
}
