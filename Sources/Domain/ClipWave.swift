/// How loud a recording is over its length.
public struct ClipWave: Sendable, Equatable {
  /// Length of the recording.
  public let seconds: Double
  /// Equal shares of the length, 0 for silence...255 for the loudest of them.
  public let bars: [UInt8]

  public init(seconds: Double, bars: [UInt8]) {
    self.seconds = seconds
    self.bars = bars
  }

  /// So many bars a player shows.
  public static let barCount = 90
}
