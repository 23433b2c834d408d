import Synchronization

/// log-mel features: [bands, frames], one row a band, 10 ms a frame.
public struct MelSpectrogram: Sendable {
  public let bands: Int
  public let frames: Int
  /// Row-major [bands, frames].
  public let values: [Float]
  /// Frames that hold sound, of a whole recording: one less than `frames`, for the extractor pads by one hop.
  var contentFrames: Int { max(0, frames - 1) }
}

/// Whisper's log-mel spectrogram as faster-whisper 1.2.1 computes it: 160 zero samples appended, reflect padding of 200,
/// frames of 400 samples every 160 under a periodic Hann window, power, Slaney mel bands, log10 with a floor of 1e-10,
/// clipped to 8 below the maximum of the whole recording, then (x + 4) / 4.
///
/// The whole recording at once; `FeatureStream` gives the same values window by window, in bounded memory.
public struct FeatureExtractor: Sendable {
  private let bands: Int

  /// - Parameter bands: 80, or 128 for the large-v3 family.
  public init(bands: Int = 80) { self.bands = bands }

  public func extract(_ clip: AudioClip, threads: Int = 0) throws(ModelError) -> MelSpectrogram {
    extract(clip, compute: try Compute(threads: threads))
  }

  func extract(_ clip: AudioClip, compute: Compute) -> MelSpectrogram {
    let logMel = LogMel(bands: bands, compute.kernels)
    let padded = FloatBuffer(Self.pad(clip.samples))
    let frames = (padded.count - LogMel.frameLength) / LogMel.hop + 1 - 1
    let output = FloatBuffer(count: bands * frames)
    let peak = Mutex(-Float.infinity)
    compute.parallel(frames, granularity: LogMel.frameBlock) { range in
      let own = logMel.frames(
        padded.base + range.lowerBound * LogMel.hop, count: range.count, into: output.base + range.lowerBound,
        stride: frames)
      peak.withLock { $0 = max($0, own) }
    }
    let floor = Self.floor(ofPeak: peak.withLock { $0 })
    let values = [Float](unsafeUninitializedCapacity: output.count) { scaled, written in
      if let base = scaled.baseAddress { logMel.scale(output.base, count: output.count, floor: floor, into: base) }
      written = output.count
    }
    return MelSpectrogram(bands: bands, frames: frames, values: values)
  }

  static func floor(ofPeak peak: Float) -> Float { peak - 8 }

  /// One hop of zeros behind, then half a frame mirrored at both ends; a recording shorter than that mirrors repeatedly.
  private static func pad(_ samples: [Float]) -> [Float] {
    let content = samples + [Float](repeating: 0, count: LogMel.hop)
    let reach = LogMel.frameLength / 2
    let head = (-reach..<0).map { content[mirrored($0, count: content.count)] }
    let tail = (content.count..<content.count + reach).map { content[mirrored($0, count: content.count)] }
    return head + content + tail
  }

  /// The place in 0..<count that stands for one beyond, with the two end samples not repeated.
  static func mirrored(_ index: Int, count: Int) -> Int {
    let period = 2 * (count - 1)
    let folded = ((index % period) + period) % period
    return folded < count ? folded : period - folded
  }
}
