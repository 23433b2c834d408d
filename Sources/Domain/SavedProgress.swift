/// What was heard of a recording whose transcription was cut off, in the recogniser's own terms.
public struct SavedProgress: Sendable, Equatable {
  /// JSON objects, one a segment, in their order.
  public let segments: [String]
  /// JSON from which a recogniser with the same fingerprint can go on.
  public let checkpoint: String
  /// Seconds of the recording that are done.
  public let seconds: Double

  public init(segments: [String], checkpoint: String, seconds: Double) {
    self.segments = segments
    self.checkpoint = checkpoint
    self.seconds = seconds
  }
}
