/// A recording as the feature frames see it: one hop of zeros behind, then half a frame mirrored at both ends.
struct PaddedSamples: Sendable {
  /// Frames of the recording, the last one, which is mostly padding, left out.
  let frames: Int
  private let source: any SampleSource
  private let count: Int  // with the zeros behind
  private let head: [Float]  // what the mirror at the start shows
  private let tail: [Float]

  init(_ source: any SampleSource) throws(AudioError) {
    self.source = source
    count = source.count + LogMel.hop
    frames = count / LogMel.hop
    let reach = LogMel.frameLength / 2 + 1
    head = try Self.content(0..<min(reach, count), of: source)
    tail = try Self.content(max(0, count - reach)..<count, of: source)
  }

  /// - Parameter samples: room for `LogMel.span(of: range.count)`.
  func read(frames range: Range<Int>, into samples: UnsafeMutablePointer<Float>) throws(AudioError) {
    if range.isEmpty { return }
    let start = range.lowerBound * LogMel.hop - LogMel.frameLength / 2
    let span = start..<start + LogMel.span(of: range.count)
    let inner = span.clamped(to: 0..<count)
    for index in span.lowerBound..<inner.lowerBound { samples[index - start] = mirrored(index) }
    try Self.read(inner, of: source, into: samples + (inner.lowerBound - start))
    for index in inner.upperBound..<span.upperBound { samples[index - start] = mirrored(index) }
  }

  private func mirrored(_ index: Int) -> Float {
    let place = FeatureExtractor.mirrored(index, count: count)
    return place < head.count ? head[place] : tail[place - (count - tail.count)]
  }

  private static func content(_ range: Range<Int>, of source: any SampleSource) throws(AudioError) -> [Float] {
    var copy = [Float](repeating: 0, count: range.count)
    try copy.withUnsafeMutableBufferPointer { (buffer: inout UnsafeMutableBufferPointer<Float>) throws(AudioError) in
      if let base = buffer.baseAddress { try read(range, of: source, into: base) }
    }
    return copy
  }

  /// Samples of the recording, then zeros.
  private static func read(
    _ range: Range<Int>, of source: any SampleSource, into samples: UnsafeMutablePointer<Float>
  ) throws(AudioError) {
    let sound = range.clamped(to: 0..<source.count)
    if !sound.isEmpty { try source.read(sound, into: UnsafeMutableBufferPointer(start: samples, count: sound.count)) }
    (samples + sound.count).update(repeating: 0, count: range.count - sound.count)
  }
}
