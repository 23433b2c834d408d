import Foundation
import SpeechEngine
import Testing

/// Golden data of `Tests/Fixtures`, made by faster-whisper; regenerate with `Tools/fixtures/make_goldens.sh`.
enum Goldens {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")
  private static let root = fixtures.deletingLastPathComponent().deletingLastPathComponent()
  static let regenerate = "regenerate with Tools/fixtures/make_goldens.sh"

  static func audio(_ clip: String) -> URL { fixtures.appending(path: "audio/\(clip).wav") }
  static func golden(_ name: String) -> URL { fixtures.appending(path: "goldens/\(name)") }

  /// The shipped 8-bit model.
  static let demo = root.appending(path: "Sources/fieldos/Resources/demo-en")
  /// The same model in floats: too large for the repository, so it lies in the workplace's shared folder.
  static let demoFloat = root.deletingLastPathComponent().appending(path: "shared/models/demo-en-float32")

  static func json<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    try JSONDecoder().decode(type, from: Data(contentsOf: golden(name)))
  }

  static func floats(_ name: String) throws -> [Float] {
    try Data(contentsOf: golden(name)).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }
}

/// One file of decoded clips.
struct DecodeGolden: Decodable {
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let clip: String
    let beam_size: Int
    let without_timestamps: Bool
    let segments: [Piece]
    var options: TranscriptionOptions {
      var options = TranscriptionOptions()
      options.beamSize = beam_size
      options.temperatures = [0]
      options.withoutTimestamps = without_timestamps
      return options
    }
    var testDescription: String { "\(clip) beam \(beam_size)\(without_timestamps ? " without timestamps" : "")" }
  }
  struct Piece: Decodable, Sendable {
    let id: Int
    let seek: Int
    let start: Double
    let end: Double
    let tokens: [Int]
    let text: String
    let avg_logprob: Double
    let compression_ratio: Double
    let no_speech_prob: Double
  }
  let cases: [Case]
}
