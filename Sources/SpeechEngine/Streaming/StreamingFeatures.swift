/// The log-mel frames of sound that goes on: each is computed once, from its own samples, and forgotten when nobody needs
/// it any more. What depends on the loudest frame, the floor, is applied to a window when it is asked for.
///
/// Frame t lies around sample t * 160, as in `FeatureStream`; before the first sample there are zeros. The last frames
/// wait for the samples behind their middle.
struct StreamingFeatures {
  private let logMel: LogMel
  private var samples: [Float] = []
  /// Place of `samples[0]`, counted from half a frame before the first sample.
  private var firstSample = 0
  private var values: [Float] = []  // log10, [frames, bands]
  private var peaks: [Float] = []  // the largest of each frame
  private var means: [Float] = []  // of each frame
  /// Of the first frame that is kept.
  private(set) var firstFrame = 0

  private static let reach = LogMel.frameLength / 2

  init(bands: Int, _ compute: Compute) {
    logMel = LogMel(bands: bands, compute.kernels)
    samples = [Float](repeating: 0, count: Self.reach)
  }

  /// Behind the last frame that there is.
  var end: Int { firstFrame + peaks.count }

  /// - Parameter new: finite samples.
  mutating func append(_ new: ArraySlice<Float>) {
    samples += new
    // Fewer frames take as long.
    if pending >= LogMel.frameBlock { compute(pending) }
  }

  /// Computes what waits for company.
  mutating func settle() { if pending > 0 { compute(pending) } }

  /// Forgets the frames before this one.
  mutating func drop(before frame: Int) {
    let count = min(max(0, frame - firstFrame), peaks.count)
    guard count > 0 else { return }
    values.removeFirst(count * logMel.bands)
    peaks.removeFirst(count)
    means.removeFirst(count)
    firstFrame += count
  }

  /// What the encoder gets of some frames: clipped below their own maximum. Frames that aren't there are left out.
  func window(_ wanted: Range<Int>) -> MelSpectrogram {
    let range = wanted.clamped(to: firstFrame..<end)
    let (bands, count) = (logMel.bands, range.count)
    let (first, floor) = (range.lowerBound - firstFrame, FeatureExtractor.floor(ofPeak: peak(range)))
    var turned = [Float](repeating: 0, count: bands * count)
    for frame in 0..<count {
      for band in 0..<bands { turned[band * count + frame] = values[(first + frame) * bands + band] }
    }
    let scaled = [Float](unsafeUninitializedCapacity: turned.count) { output, written in
      written = output.count
      turned.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = output.baseAddress else { return }
        logMel.scale(from, count: source.count, floor: floor, into: to)
      }
    }
    return MelSpectrogram(bands: bands, frames: count, values: scaled)
  }

  /// How far the frames' levels lie apart, the lowest and the highest tenth left out: log10. Syllables rise and fall.
  func swing(_ wanted: Range<Int>) -> Float {
    let range = wanted.clamped(to: firstFrame..<end)
    let levels = means[range.lowerBound - firstFrame..<range.upperBound - firstFrame].sorted()
    guard let last = levels.indices.last else { return 0 }
    return levels[last - last / 10] - levels[last / 10]
  }

  /// The middle of the quietest tenth of a second.
  func quietest(in wanted: Range<Int>) -> Int {
    let range = wanted.clamped(to: firstFrame..<end)
    let width = 10
    guard range.count > width else { return range.upperBound }
    let starts = range.lowerBound..<range.upperBound - width
    let loudness = { (start: Int) in peaks[start - firstFrame..<start - firstFrame + width].reduce(0, +) }
    return (starts.min { loudness($0) < loudness($1) } ?? range.lowerBound) + width / 2
  }

  private func peak(_ range: Range<Int>) -> Float {
    peaks[range.lowerBound - firstFrame..<range.upperBound - firstFrame].max() ?? 0
  }

  /// Frames whose samples are all there.
  private var pending: Int {
    let available = samples.count - (end * LogMel.hop - firstSample)
    return available < LogMel.frameLength ? 0 : (available - LogMel.frameLength) / LogMel.hop + 1
  }

  private mutating func compute(_ count: Int) {
    let bands = logMel.bands
    let at = end * LogMel.hop - firstSample
    let raw = [Float](unsafeUninitializedCapacity: bands * count) { output, written in
      written = output.count
      samples.withUnsafeBufferPointer { sound in
        guard let from = sound.baseAddress, let to = output.baseAddress else { return }
        _ = logMel.frames(from + at, count: count, into: to, stride: count)
      }
    }
    for frame in 0..<count {
      var (peak, sum) = (-Float.infinity, Float(0))
      for band in 0..<bands {
        let value = raw[band * count + frame]
        values.append(value)
        peak = max(peak, value)
        sum += value
      }
      peaks.append(peak)
      means.append(sum / Float(bands))
    }
    let done = end * LogMel.hop - firstSample
    samples.removeFirst(done)
    firstSample += done
  }
}
