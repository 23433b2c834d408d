import Synchronization

/// Computes frames on all threads, each of which reads its own samples.
struct FeaturePass {
  let samples: PaddedSamples
  let logMel: LogMel
  let compute: Compute

  /// Frames that a thread reads at a time: their samples stay in its cache.
  private static let pieceFrames = 512

  /// log10 of the mel energies; band b of the first frame goes to output[b * stride].
  func run(_ frames: Range<Int>, into output: UnsafeMutablePointer<Float>, stride: Int) throws(AudioError) {
    try pieces(of: frames) { piece, sound in
      let first = output + (piece.lowerBound - frames.lowerBound)
      logMel.frames(sound, count: piece.count, into: first, stride: stride)
    }
  }

  /// The largest log10 energy of all bands.
  func peak(_ frames: Range<Int>) throws(AudioError) -> Float {
    let peak = Mutex(-Float.infinity)
    try pieces(of: frames) { piece, sound in
      let scratch = FloatBuffer(count: logMel.bands * piece.count)
      logMel.frames(sound, count: piece.count, into: scratch.base, stride: piece.count)
      let own = UnsafeBufferPointer(start: scratch.base, count: scratch.count).max() ?? -.infinity
      peak.withLock { $0 = max($0, own) }
    }
    return peak.withLock { $0 }
  }

  /// Calls `body` with each piece of `frames` and its samples.
  private func pieces(
    of frames: Range<Int>, _ body: (Range<Int>, UnsafePointer<Float>) -> Void
  ) throws(AudioError) {
    let failure = Mutex<AudioError?>(nil)
    compute.parallel(frames.count, granularity: RealFourierTransform.lanes) { part in
      let sound = FloatBuffer(count: LogMel.span(of: min(part.count, Self.pieceFrames)))
      do throws(AudioError) {
        for start in stride(from: part.lowerBound, to: part.upperBound, by: Self.pieceFrames) {
          let end = min(start + Self.pieceFrames, part.upperBound)
          let piece = frames.lowerBound + start..<frames.lowerBound + end
          try samples.read(frames: piece, into: sound.base)
          body(piece, sound.base)
        }
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
