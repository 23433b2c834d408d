import CKernels

/// Whisper's audio encoder: two convolutions, then pre-norm transformer layers over 1500 positions.
struct AudioEncoder {
  private let model: WhisperModel
  private let compute: Compute
  private let scratch: EncoderScratch

  init(_ model: WhisperModel, _ compute: Compute) {
    self.model = model
    self.compute = compute
    scratch = EncoderScratch(model.shape, threads: compute.threads)
  }

  /// - Parameter features: [bands, frames] of the window; frames beyond them are 0.0, as faster-whisper pads.
  /// - Parameter checkpoint: called before each layer; what it throws ends the work.
  /// - Returns: [audioPositions, width].
  func encode(
    _ features: MelSpectrogram, checkpoint: () throws -> Void
  ) rethrows -> FloatBuffer {
    let shape = model.shape
    convolve(features)
    for layer in model.weights.encoderLayers {
      try checkpoint()
      attend(layer.attention)
      feedForward(layer.feedForward)
    }
    let output = FloatBuffer(count: shape.audioPositions * shape.width)
    model.weights.encoderNorm.apply(shape.audioPositions, scratch.stream.base, into: output.base, compute)
    return output
  }

  /// A convolution of width 3 is a matrix product whose rows overlap: row t starts at frame t - 1 of a buffer with one
  /// frame of zeros at each end.
  private func convolve(_ features: MelSpectrogram) {
    let shape = model.shape
    let frames = shape.windowFrames
    let input = scratch.mel.base  // [1 + frames + 1, bands]
    scratch.mel.base.update(repeating: 0, count: scratch.mel.count)
    for frame in 0..<min(frames, features.frames) {
      for band in 0..<shape.bands {
        input[(frame + 1) * shape.bands + band] = features.values[band * features.frames + frame]
      }
    }
    var rows = scratch.quantised
    let first = scratch.convolved.base + shape.width  // [1 + frames + 1, width]
    model.weights.convolution1.apply(frames, input, ldx: shape.bands, into: first, scratch: &rows, compute)
    gelu(first, frames * shape.width)
    model.weights.convolution2.apply(
      shape.audioPositions, scratch.convolved.base, ldx: 2 * shape.width, into: scratch.stream.base, scratch: &rows,
      compute)
    gelu(scratch.stream.base, scratch.stream.count)
    add(model.weights.audioPositions.base, to: scratch.stream.base, scratch.stream.count)
  }

  private func attend(_ layer: ModelWeights.SelfAttention) {
    let positions = model.shape.audioPositions
    layer.norm.apply(positions, scratch.stream.base, into: scratch.normed.base, compute)
    layer.queryKeyValue.apply(
      positions, scratch.normed.base, into: scratch.queryKeyValue.base, scratch: &scratch.quantised, compute)
    EncoderAttention(shape: model.shape, compute: compute, scratch: scratch).run()
    layer.output.apply(positions, scratch.context.base, into: scratch.normed.base, scratch: &scratch.quantised, compute)
    add(scratch.normed.base, to: scratch.stream.base, scratch.stream.count)
  }

  private func feedForward(_ layer: ModelWeights.FeedForward) {
    let positions = model.shape.audioPositions
    layer.norm.apply(positions, scratch.stream.base, into: scratch.normed.base, compute)
    layer.up.apply(positions, scratch.normed.base, into: scratch.inner.base, scratch: &scratch.quantised, compute)
    gelu(scratch.inner.base, scratch.inner.count)
    layer.down.apply(positions, scratch.inner.base, into: scratch.normed.base, scratch: &scratch.quantised, compute)
    add(scratch.normed.base, to: scratch.stream.base, scratch.stream.count)
  }

  private func gelu(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
    let values = Shared(x)
    compute.parallel(count, granularity: 64) { [compute] in
      compute.kernels.gelu($0.count, values.pointer + $0.lowerBound)
    }
  }

  private func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, _ count: Int) {
    let (input, output) = (SharedConst(x), Shared(y))
    compute.parallel(count, granularity: 64) { [compute] in
      compute.kernels.add($0.count, input.pointer + $0.lowerBound, output.pointer + $0.lowerBound)
    }
  }
}

/// Every buffer that a window needs, allocated once.
final class EncoderScratch {
  let mel: FloatBuffer  // [1 + windowFrames + 1, bands]
  let convolved: FloatBuffer  // [1 + windowFrames + 1, width]
  let stream: FloatBuffer  // [audioPositions, width]
  let normed: FloatBuffer  // [audioPositions, width]
  let queryKeyValue: FloatBuffer  // [audioPositions, 3 * width]
  let context: FloatBuffer  // [audioPositions, width]
  let inner: FloatBuffer  // [audioPositions, feedForward]
  let packedKeys: FloatBuffer  // [heads, packed (audioPositions, headWidth)]
  let packedValues: FloatBuffer  // [heads, packed (headWidth, audioPositions)]
  let scores: FloatBuffer  // [threads, rowsPerTask, audioPositions]
  var quantised = QuantisedRows()

  /// Query rows that one task scores at a time: a block of scores stays in the L2 cache.
  static let rowsPerTask = 48

  init(_ shape: ModelShape, threads: Int) {
    let positions = shape.audioPositions
    mel = FloatBuffer(count: (shape.windowFrames + 2) * shape.bands)
    convolved = FloatBuffer(count: (shape.windowFrames + 2) * shape.width)
    stream = FloatBuffer(count: positions * shape.width)
    normed = FloatBuffer(count: positions * shape.width)
    queryKeyValue = FloatBuffer(count: positions * 3 * shape.width)
    context = FloatBuffer(count: positions * shape.width)
    inner = FloatBuffer(count: positions * shape.feedForward)
    packedKeys = FloatBuffer(count: shape.encoderHeads * ck_packed_f32_size(positions, shape.headWidth))
    packedValues = FloatBuffer(count: shape.encoderHeads * ck_packed_f32_size(shape.headWidth, positions))
    scores = FloatBuffer(count: threads * Self.rowsPerTask * positions)
  }
}

/// softmax(QKᵀ / √d) V for all heads; heads and blocks of queries are shared out over the threads.
private struct EncoderAttention {
  let shape: ModelShape
  let compute: Compute
  let scratch: EncoderScratch

  func run() {
    pack()
    let heads = shape.encoderHeads
    let blocks = (shape.audioPositions + EncoderScratch.rowsPerTask - 1) / EncoderScratch.rowsPerTask
    let (input, context, scores) = (
      SharedConst(scratch.queryKeyValue.base), Shared(scratch.context.base), Shared(scratch.scores.base)
    )
    let (keys, values) = (scratch.packedKeys, scratch.packedValues)
    let (shape, compute) = (shape, compute)
    let perThread = EncoderScratch.rowsPerTask * shape.audioPositions
    compute.parallel(compute.threads) { workers in
      for worker in workers {
        for task in stride(from: worker, to: heads * blocks, by: compute.threads) {
          Self.attend(
            head: task / blocks, firstRow: task % blocks * EncoderScratch.rowsPerTask, shape, compute, input.pointer,
            keys, values, scores.pointer + worker * perThread, context.pointer)
        }
      }
    }
  }

  private func pack() {
    let (positions, width, depth) = (shape.audioPositions, shape.width, shape.headWidth)
    let source = SharedConst(scratch.queryKeyValue.base)
    let (keys, values) = (scratch.packedKeys, scratch.packedValues)
    compute.parallel(shape.encoderHeads) { heads in
      for head in heads {
        let key = source.pointer + width + head * depth
        ck_pack_f32_rows(positions, depth, key, 3 * width, keys.base + head * ck_packed_f32_size(positions, depth))
        ck_pack_f32_columns(
          depth, positions, key + width, 3 * width, values.base + head * ck_packed_f32_size(depth, positions))
      }
    }
  }

  private static func attend(
    head: Int, firstRow: Int, _ shape: ModelShape, _ compute: Compute, _ input: UnsafePointer<Float>,
    _ keys: FloatBuffer, _ values: FloatBuffer, _ scores: UnsafeMutablePointer<Float>,
    _ context: UnsafeMutablePointer<Float>
  ) {
    let (positions, width, depth) = (shape.audioPositions, shape.width, shape.headWidth)
    let rows = min(EncoderScratch.rowsPerTask, positions - firstRow)
    compute.kernels.gemm_f32(
      rows, positions, depth, input + firstRow * 3 * width + head * depth, 3 * width,
      keys.base + head * ck_packed_f32_size(positions, depth), nil, scores, positions)
    let scale = 1 / Float(depth).squareRoot()
    for i in 0..<rows * positions { scores[i] *= scale }
    compute.kernels.softmax(rows, positions, scores, positions)
    compute.kernels.gemm_f32(
      rows, depth, positions, scores, positions, values.base + head * ck_packed_f32_size(depth, positions), nil,
      context + firstRow * width + head * depth, width)
  }
}
