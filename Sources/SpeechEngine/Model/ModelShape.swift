/// The immutable numbers of a Whisper model.
public struct ModelShape: Sendable, Equatable {
  /// Mel bands, 80 or 128.
  public let bands: Int
  /// Width of the residual stream.
  public let width: Int
  /// Width of the feed-forward layers.
  public let feedForward: Int
  public let encoderLayers: Int
  public let decoderLayers: Int
  public let encoderHeads: Int
  public let decoderHeads: Int
  /// Encoder positions, 1500 (20 ms each).
  public let audioPositions: Int
  /// Decoder positions, 448 for the published models.
  public let textPositions: Int
  public let vocabulary: Int

  /// Features of one attention head.
  public var headWidth: Int { width / encoderHeads }
  /// Feature frames that one window takes.
  public var windowFrames: Int { 2 * audioPositions }
}

/// How weights are kept and matrices multiplied.
public enum ComputeType: String, Sendable, CaseIterable {
  case float32
  /// Weights and activations in 8 bits with a scale a row, attention in 16 bits; convolutions and norms in float32.
  case int8

  /// The type that runs when a name of faster-whisper's list is asked for; nil for a name that nobody knows.
  public static func nearest(to name: String) -> ComputeType? {
    switch name.lowercased() {
    case "float32", "float16", "bfloat16", "int16": .float32
    case "int8", "int8_float32", "int8_float16", "int8_bfloat16", "auto", "default": .int8
    default: nil
    }
  }
}
