/// How long the sound in a file is, as whoever can decode it says.
public enum AudioLength: Sendable, Equatable {
  case seconds(Double)
  /// No sound that can be read.
  case notAudio
  /// It could not be looked at now; the file is taken as it is.
  case unknown
}
