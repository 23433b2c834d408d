/// The log-mel features of a recording of any length, window by window: each value has the bits that `FeatureExtractor` gives
/// it, which needs the maximum of the whole recording, and memory stays the same.
///
/// The recording is read once for that maximum, and its windows again as they are asked for; the frames of a short one are
/// kept from the first time.
package struct FeatureStream: Sendable {
  package let bands: Int
  /// All frames: one for each hop of 10 ms, and one for the hop of padding behind.
  package let frames: Int
  /// Frames that hold sound.
  package var contentFrames: Int { max(0, frames - 1) }
  private let pass: FeaturePass
  private let floor: Float
  private let kept: FloatBuffer?  // log10, [bands, frames]

  /// Two minutes, at most 6 MB.
  private static let mostKeptFrames = 12_000
  /// Frames between two checkpoints.
  private static let blockFrames = 8192

  /// Reads the recording once.
  /// - Parameters:
  ///   - bands: 80, or 128 for the large-v3 family.
  ///   - checkpoint: called for about each minute of the recording; what it throws ends the work.
  /// - Throws: what the source throws, and `checkpoint`.
  init(
    _ source: any SampleSource, bands: Int, compute: Compute, checkpoint: () throws -> Void = {}
  ) throws {
    self.bands = bands
    let logMel = LogMel(bands: bands, compute.kernels)
    pass = FeaturePass(samples: try PaddedSamples(source), logMel: logMel, compute: compute)
    frames = pass.samples.frames
    kept = frames <= Self.mostKeptFrames ? FloatBuffer(count: bands * frames) : nil
    var peak = -Float.infinity
    for start in stride(from: 0, to: frames, by: Self.blockFrames) {
      try checkpoint()
      let block = start..<min(start + Self.blockFrames, frames)
      if let kept {
        peak = max(peak, try pass.run(block, into: kept.base + start, stride: frames))
      } else {
        peak = max(peak, try pass.peak(block))
      }
    }
    floor = FeatureExtractor.floor(ofPeak: peak)
  }

  /// Features of one chunk alone, as decoding in batches takes them: clipped below its own maximum, its last frame left out.
  /// Source: faster-whisper 1.2.1, `BatchedInferencePipeline`.
  static func chunk(_ source: any SampleSource, bands: Int, compute: Compute) throws -> MelSpectrogram {
    let stream = try FeatureStream(source, bands: bands, compute: compute)
    return try stream.window(from: 0, count: stream.contentFrames)
  }

  /// - Parameter threads: 0 means all cores.
  package static func chunk(_ source: any SampleSource, bands: Int = 80, threads: Int = 0) throws -> MelSpectrogram {
    try chunk(source, bands: bands, compute: Compute(threads: threads))
  }

  /// - Parameters:
  ///   - threads: 0 means all cores.
  ///   - kernel: name of a kernel set, nil for the best.
  package init(_ source: any SampleSource, bands: Int = 80, threads: Int = 0, kernel: String? = nil) throws {
    try self.init(source, bands: bands, compute: Compute(threads: threads, kernel: kernel))
  }

  /// What the whole recording's spectrogram holds in `start..<start + count`, fewer frames where it ends before.
  package func window(from start: Int, count: Int) throws(AudioError) -> MelSpectrogram {
    let range = (max(0, start)..<max(0, start) + max(0, min(count, frames))).clamped(to: 0..<frames)
    let raw = kept ?? FloatBuffer(count: bands * range.count)
    let (first, stride) = kept == nil ? (0, range.count) : (range.lowerBound, frames)
    if kept == nil { _ = try pass.run(range, into: raw.base, stride: stride) }
    let values = [Float](unsafeUninitializedCapacity: bands * range.count) { output, written in
      written = output.count
      guard let base = output.baseAddress else { return }
      for band in 0..<bands {
        let row = raw.base + band * stride + first
        pass.logMel.scale(row, count: range.count, floor: floor, into: base + band * range.count)
      }
    }
    return MelSpectrogram(bands: bands, frames: range.count, values: values)
  }
}
