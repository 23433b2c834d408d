import Domain
import Foundation

/// The player of a note page: the recording's shape, drawn by the server.
struct PlayerView: Sendable {
  struct Bar: Sendable {
    let x: String
    let y: String
    let height: String
  }

  let clipID: String
  let bars: [Bar]
  /// Where words are to be checked, as paths of small flags.
  let flags: [String]
  /// Whether the shape has still to be made.
  let isFlat: Bool
  /// Seconds, for the range; at least 1.
  let seconds: String
  /// `0:48`
  let total: String
  /// `auto` for what a phone can hold at once.
  let preload: String

  /// Units of the drawing.
  private static let (width, middle, tallest, shortest) = (720.0, 35.0, 42.0, 3.0)
  /// Recordings of fewer bytes are fetched whole, so that playing never waits.
  private static let wholeBytes = 8 << 20

  init(_ clip: Clip, _ source: WordsSource, _ doubts: [HeardWord]) {
    let length = max(
      1, source.wave?.seconds ?? clip.durationSeconds ?? source.transcript?.audioSeconds ?? 1)
    clipID = clip.id.rawValue
    bars = Self.bars(source.wave?.bars ?? Array(repeating: 0, count: ClipWave.barCount))
    flags = doubts.map { word in
      let x = min(max(word.start / length, 0), 1) * Self.width
      return "M\(Self.tenths(x)),0 h12 l-4,5 4,5 h-10 v6 h-2z"
    }
    isFlat = source.wave == nil
    seconds = Self.tenths(length)
    total = ClockWords.position(length)
    preload = clip.byteCount < Self.wholeBytes ? "auto" : "metadata"
  }

  static func bars(_ loud: [UInt8]) -> [Bar] {
    let step = width / Double(max(1, loud.count))
    return loud.enumerated().map { index, value in
      let height = max(shortest, Double(value) / 255 * tallest)
      return Bar(x: tenths(Double(index) * step), y: tenths(middle - height / 2), height: tenths(height))
    }
  }

  private static func tenths(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }
}
