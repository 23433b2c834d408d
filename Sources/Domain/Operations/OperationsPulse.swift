/// How a span of time went, part by part.
public struct OperationsPulse: Sendable, Equatable {
  /// Seconds for which the oldest waiting note had waited at the end of each part; 0 where none waited.
  public let oldestSeconds: [Double]
  /// 0...1 of the notes tried, for each part in which one was.
  public let delivered: [Double]
  /// 0...1 of the jobs tried, for each part in which one was.
  public let transcribed: [Double]

  public init(oldestSeconds: [Double], delivered: [Double], transcribed: [Double]) {
    self.oldestSeconds = oldestSeconds
    self.delivered = delivered
    self.transcribed = transcribed
  }
}
