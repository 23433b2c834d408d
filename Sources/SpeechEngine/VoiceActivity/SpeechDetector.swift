/// Judges sound in windows of 512 samples at 16 kHz, that is 32 ms. Takes a recording in blocks of any size.
protocol SpeechDetector {
  mutating func append(_ samples: UnsafeBufferPointer<Float>)

  /// Ends the recording: a score, 0...1, a window. Zeros fill the last window up; where the recording ends with a window,
  /// it is one of zeros. So there are `samples / 512 + 1`, as in faster-whisper.
  mutating func finish() -> [Float]
}

enum SpeechWindow {
  /// Samples.
  static let length = 512
}
