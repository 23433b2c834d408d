public import Foundation

/// Finds speech in recordings of any length: with Silero v6 where its weights are, with a built-in detector elsewhere.
public struct VoiceActivityDetector: Sendable {
  public enum Kind: Sendable, Equatable {
    case silero(URL)
    case builtIn
  }
  public let kind: Kind
  private let weights: SileroWeights?
  private let compute: Compute

  /// Samples judged between two checkpoints: 16.384 s.
  static let block = 512 * SpeechWindow.length

  /// - Parameters:
  ///   - silero: `silero_vad_v6.onnx` (see `SileroWeights.find`); nil: the built-in detector.
  ///   - kernel: name of a kernel set (see `KernelVariant.available`), nil for the best.
  /// - Throws: `VoiceActivityError` for weights that can't be used, `ModelError.kernelUnavailable`.
  public init(silero: URL? = nil, kernel: String? = nil) throws {
    weights = try silero.map { url throws(VoiceActivityError) in try SileroWeights(contentsOf: url) }
    kind = silero.map { .silero($0) } ?? .builtIn
    compute = try Compute(threads: 1, kernel: kernel)
  }

  /// A detector for sound that goes on.
  func live() -> any LiveSpeechDetector {
    weights.map { LiveSileroDetector($0, compute) } ?? LiveEnergyDetector()
  }

  /// The stretches of speech in a recording that is read block by block: memory holds one block and a few bytes a window.
  /// - Parameters:
  ///   - count: samples of the recording, one channel at 16 kHz.
  ///   - checkpoint: called before each block with the samples judged so far; what it throws ends the work.
  ///   - read: fills the buffer with the samples of the range. It is called with ascending ranges that cover 0..<count.
  /// - Returns: ranges of samples, ascending and disjoint, padded and merged as faster-whisper does.
  /// - Throws: `VoiceActivityError.invalidOption`, and what the closures throw.
  public func speech(
    count: Int, options: VoiceActivityOptions = .init(), checkpoint: (Int) throws -> Void = { _ in },
    read: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> [Range<Int>] {
    try options.validate()
    let probabilities = try probabilities(count: count, checkpoint: checkpoint, read: read)
    return SpeechTimestamps.ranges(probabilities, total: count, options: options)
  }

  /// The same for samples in memory.
  public func speech(
    in samples: [Float], options: VoiceActivityOptions = .init(), checkpoint: (Int) throws -> Void = { _ in }
  ) throws -> [Range<Int>] {
    try speech(count: samples.count, options: options, checkpoint: checkpoint) { range, buffer in
      _ = buffer.update(fromContentsOf: samples[range])
    }
  }

  /// A score, 0...1, for every window of 512 samples and the padded last one: `count / 512 + 1`.
  package func probabilities(
    count: Int, checkpoint: (Int) throws -> Void = { _ in },
    read: (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> [Float] {
    var detector: any SpeechDetector = weights.map { SileroDetector($0, compute) } ?? EnergyDetector()
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.block)
    defer { buffer.deallocate() }
    buffer.initialize(repeating: 0)
    for start in stride(from: 0, to: count, by: Self.block) {
      try checkpoint(start)
      let range = start..<min(count, start + Self.block)
      let part = UnsafeMutableBufferPointer(rebasing: buffer[..<range.count])
      try read(range, part)
      detector.append(UnsafeBufferPointer(part))
    }
    return detector.finish()
  }
}
