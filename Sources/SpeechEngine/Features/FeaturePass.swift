import Synchronization

/// Computes frames on all threads, each of which reads its own samples.
struct FeaturePass {
  let samples: PaddedSamples
  let logMel: LogMel
  let compute: Compute

  /// Frames that a thread reads at a time: their samples stay in its cache.
  private static let pieceFrames = 128

  /// log10 of the mel energies; band b of the first frame goes to output[b * stride].
  /// - Returns: the largest of them, -infinity for no frames.
  func run(
    _ frames: Range<Int>, into output: UnsafeMutablePointer<Float>, stride: Int
  ) throws(AudioError) -> Float {
    try largest(of: frames) { piece, sound in
      let first = output + (piece.lowerBound - frames.lowerBound)
      return logMel.frames(sound, count: piece.count, into: first, stride: stride)
    }
  }

  /// The largest log10 energy of all bands.
  func peak(_ frames: Range<Int>) throws(AudioError) -> Float {
    try largest(of: frames) { piece, sound in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: logMel.bands * piece.count) { scratch in
        guard let base = scratch.baseAddress else { return -.infinity }
        return logMel.frames(sound, count: piece.count, into: base, stride: piece.count)
      }
    }
  }

  /// Calls `body` with each piece of `frames` and its samples.
  private func largest(
    of frames: Range<Int>, _ body: (Range<Int>, UnsafePointer<Float>) -> Float
  ) throws(AudioError) -> Float {
    let found = Mutex<Result<Float, AudioError>>(.success(-.infinity))
    compute.parallel(frames.count, granularity: LogMel.frameBlock) { part in
      let own = Result { () throws(AudioError) in
        try piecewise(frames.lowerBound + part.lowerBound..<frames.lowerBound + part.upperBound, body)
      }
      found.withLock { all in
        if case .success(let peak) = all { all = own.map { max(peak, $0) } }
      }
    }
    return try found.withLock { $0 }.get()
  }

  private func piecewise(
    _ frames: Range<Int>, _ body: (Range<Int>, UnsafePointer<Float>) -> Float
  ) throws(AudioError) -> Float {
    let sound = FloatBuffer(count: LogMel.span(of: min(frames.count, Self.pieceFrames)))
    var peak = -Float.infinity
    for start in stride(from: frames.lowerBound, to: frames.upperBound, by: Self.pieceFrames) {
      let piece = start..<min(start + Self.pieceFrames, frames.upperBound)
      try samples.read(frames: piece, into: sound.base)
      peak = max(peak, body(piece, sound.base))
    }
    return peak
  }
}
