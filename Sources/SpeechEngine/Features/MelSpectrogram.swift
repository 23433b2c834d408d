import Foundation

/// log-mel features: [bands, frames], one row a band, 10 ms a frame.
public struct MelSpectrogram: Sendable {
  public let bands: Int
  public let frames: Int
  /// Row-major [bands, frames].
  public let values: [Float]
  /// Frames that hold sound: one less than `frames`, for the extractor pads by one hop.
  var contentFrames: Int { max(0, frames - 1) }
}

/// Whisper's log-mel spectrogram as faster-whisper 1.2.1 computes it: 160 zero samples appended, reflect padding of 200,
/// frames of 400 samples every 160 under a periodic Hann window, power, Slaney mel bands, log10 with a floor of 1e-10,
/// clipped to 8 below the maximum of the whole recording, then (x + 4) / 4.
public struct FeatureExtractor: Sendable {
  static let frameLength = 400
  static let hop = 160
  private let bank: MelFilterBank
  private let window: [Float]

  /// - Parameter bands: 80, or 128 for the large-v3 family.
  public init(bands: Int = 80) {
    bank = MelFilterBank(count: bands, frameLength: Self.frameLength, sampleRate: AudioClip.sampleRate)
    window = (0..<Self.frameLength).map { Float(0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(Self.frameLength))) }
  }

  public func extract(_ clip: AudioClip, threads: Int = 0) throws(ModelError) -> MelSpectrogram {
    extract(clip, compute: try Compute(threads: threads))
  }

  func extract(_ clip: AudioClip, compute: Compute) -> MelSpectrogram {
    let padded = Self.pad(clip.samples)
    let frames = (padded.count - Self.frameLength) / Self.hop + 1 - 1
    let bands = bank.filters.count
    let output = FloatBuffer(count: bands * frames)
    let target = Shared(output.base)
    padded.withUnsafeBufferPointer { source in
      guard let samples = source.baseAddress else { return }
      let input = SharedConst(samples)
      compute.parallel(frames) { range in
        logMel(input.pointer, range, frames: frames, into: target.pointer)
      }
    }
    return MelSpectrogram(bands: bands, frames: frames, values: Self.normalise(output))
  }

  /// log10 of the mel bands of some frames; writes column by column into [bands, frames].
  private func logMel(
    _ samples: UnsafePointer<Float>, _ range: Range<Int>, frames: Int, into output: UnsafeMutablePointer<Float>
  ) {
    var transform = RealFourierTransform(length: Self.frameLength)
    var frame = [Float](repeating: 0, count: Self.frameLength)
    var power = [Float](repeating: 0, count: Self.frameLength / 2 + 1)
    for index in range {
      for i in 0..<Self.frameLength { frame[i] = samples[index * Self.hop + i] * window[i] }
      transform.power(of: frame, into: &power)
      for (band, filter) in bank.filters.enumerated() {
        var sum: Float = 0
        for (offset, weight) in filter.weights.enumerated() { sum += weight * power[filter.firstBin + offset] }
        output[band * frames + index] = log10(max(sum, 1e-10))
      }
    }
  }

  private static func normalise(_ buffer: FloatBuffer) -> [Float] {
    let values = UnsafeBufferPointer(start: buffer.base, count: buffer.count)
    let floor = (values.max() ?? 0) - 8
    return values.map { (max($0, floor) + 4) / 4 }
  }

  /// One hop of zeros behind, then half a frame mirrored at both ends; a recording shorter than that mirrors repeatedly.
  private static func pad(_ samples: [Float]) -> [Float] {
    let content = samples + [Float](repeating: 0, count: hop)
    let reach = frameLength / 2
    let period = 2 * (content.count - 1)
    return (-reach..<content.count + reach).map { index in
      let folded = ((index % period) + period) % period
      return content[folded < content.count ? folded : period - folded]
    }
  }
}
