import CKernels

/// Whisper's audio encoder: two convolutions, then pre-norm transformer layers over 1500 positions.
///
/// Threads share out blocks of rows. A block goes from one attention to the next in one piece: what it is multiplied by
/// comes from the caches, and no activation but the stream itself and what attention reads is ever written to memory.
final class AudioEncoder {
  private let model: WhisperModel
  private let compute: Compute
  private let memory: HeadMemory
  private let stream: FloatBuffer  // [audioPositions, width]
  /// What each position asks of a layer's attention, and in its place what it is answered. [audioPositions, width]
  private let context: FloatBuffer
  /// What the convolutions make of padding. [width]
  private let padded: FloatBuffer
  private let workers: [EncoderScratch]

  /// Rows of a block: a multiple of a panel's columns; few enough that its widest product stays in the L2 cache.
  static let blockRows = 48
  /// Query rows of one task of attention.
  private static let queryRows = 24

  init(_ model: WhisperModel, _ compute: Compute) {
    self.model = model
    self.compute = compute
    let shape = model.shape
    memory = HeadMemory(
      model.computeType, heads: shape.encoderHeads, depth: shape.headWidth, positions: shape.audioPositions)
    stream = FloatBuffer(count: shape.audioPositions * shape.width)
    context = FloatBuffer(count: shape.audioPositions * shape.width)
    padded = FloatBuffer(count: shape.width)
    workers = (0..<compute.threads).map { _ in EncoderScratch(shape) }
  }

  /// - Parameters:
  ///   - features: [bands, frames] of the window; frames beyond them are 0.0, as faster-whisper pads.
  ///   - positions: how much of a window is encoded, two frames a position; nil: all of it.
  ///   - checkpoint: called before each layer; what it throws ends the work.
  /// - Returns: [positions, width], valid until the next call.
  func encode(
    _ features: MelSpectrogram, positions wanted: Int? = nil, checkpoint: () throws -> Void
  ) rethrows -> Sound {
    memory.rewind(positions: wanted ?? model.shape.audioPositions)
    convolve(features)
    model.weights.audioPositions.release()
    let layers = model.weights.encoderLayers
    for (index, layer) in layers.enumerated() {
      try checkpoint()
      blocks { rows, scratch in
        if index > 0 { finish(layers[index - 1], rows, scratch) }
        begin(layer, rows, scratch)
      }
      attend()
    }
    try checkpoint()
    blocks { rows, scratch in
      if let last = layers.last { finish(last, rows, scratch) }
      let offset = rows.lowerBound * model.shape.width
      model.weights.encoderNorm.apply(
        rows.count, stream.base + offset, into: context.base + offset, compute.kernels)
    }
    return Sound(values: context, positions: memory.positions)
  }

  private var blockCount: Int { (memory.positions + Self.blockRows - 1) / Self.blockRows }

  /// - Parameter wanted: which of them; nil: all.
  private func blocks(_ wanted: Range<Int>? = nil, _ body: (Range<Int>, EncoderScratch) -> Void) {
    let (wanted, positions) = (wanted ?? 0..<blockCount, memory.positions)
    compute.tasks(wanted.count) { task, worker in
      let first = (wanted.lowerBound + task) * Self.blockRows
      body(first..<min(positions, first + Self.blockRows), workers[worker])
    }
  }

  // MARK: - Convolutions

  /// A convolution of width 3 is a matrix product whose rows overlap: row t starts at frame t - 1 of a buffer with one
  /// frame of zeros at each end. A block makes the frames of the first that it needs for the second.
  ///
  /// Where nothing is left but padding, every position is the same: one block of it is made, the others are its copies.
  private func convolve(_ features: MelSpectrogram) {
    let (shape, weights, kernels) = (model.shape, model.weights, compute.kernels)
    let window = 2 * memory.positions  // frames
    let firstPadded = (features.frames + 3) / 2  // a position sees two frames to each side
    let made = min(blockCount, (firstPadded + Self.blockRows - 1) / Self.blockRows + 1)
    blocks(0..<made) { rows, scratch in
      let first = 2 * rows.lowerBound - 1  // frame of the first convolution that row 0 of the block begins with
      let frames = 2 * rows.count + 1
      scratch.fill(features, from: first - 1, count: frames + 2, of: window)
      weights.convolution1.apply(
        frames, scratch.mel.base, ldx: shape.bands, into: scratch.convolved.base, scratch: scratch.quantised, kernels)
      kernels.gelu(frames * shape.width, scratch.convolved.base)
      for frame in 0..<frames where !(0..<window).contains(first + frame) {
        (scratch.convolved.base + frame * shape.width).update(repeating: 0, count: shape.width)
      }
      let output = stream.base + rows.lowerBound * shape.width
      weights.convolution2.apply(
        rows.count, scratch.convolved.base, ldx: 2 * shape.width, into: output, scratch: scratch.quantised, kernels)
      kernels.gelu(rows.count * shape.width, output)
      if rows.lowerBound == (made - 1) * Self.blockRows { padded.base.update(from: output, count: shape.width) }
      kernels.add(rows.count * shape.width, weights.audioPositions.base + rows.lowerBound * shape.width, output)
    }
    blocks(made..<blockCount) { rows, _ in
      let output = stream.base + rows.lowerBound * shape.width
      for row in 0..<rows.count { (output + row * shape.width).update(from: padded.base, count: shape.width) }
      kernels.add(rows.count * shape.width, weights.audioPositions.base + rows.lowerBound * shape.width, output)
    }
  }

  // MARK: - Layers

  /// A block up to attention: what it asks, and what others will find in it.
  private func begin(_ layer: ModelWeights.EncoderLayer, _ rows: Range<Int>, _ scratch: EncoderScratch) {
    let (width, kernels) = (model.shape.width, compute.kernels)
    let offset = rows.lowerBound * width
    layer.attention.norm.apply(rows.count, stream.base + offset, into: scratch.normed.base, kernels)
    layer.attention.queryKeyValue.apply(
      rows.count, scratch.normed.base, into: scratch.inner.base, scratch: scratch.quantised, kernels)
    for row in 0..<rows.count {
      (context.base + offset + row * width).update(from: scratch.inner.base + row * 3 * width, count: width)
    }
    memory.write(
      rows, keys: scratch.inner.base + width, values: scratch.inner.base + 2 * width, ld: 3 * width, scratch.attention,
      kernels)
  }

  private func attend() {
    let (positions, width, depth) = (memory.positions, model.shape.width, model.shape.headWidth)
    let blocks = (positions + Self.queryRows - 1) / Self.queryRows
    compute.tasks(model.shape.encoderHeads * blocks) { task, worker in
      let (head, first) = (task / blocks, task % blocks * Self.queryRows)
      let offset = first * width + head * depth
      memory.attend(
        head: head, rows: min(Self.queryRows, positions - first), queries: context.base + offset, ldq: width,
        into: context.base + offset, ldo: width, workers[worker].attention, compute.kernels)
    }
  }

  /// A block from attention to the end of the layer.
  private func finish(_ layer: ModelWeights.EncoderLayer, _ rows: Range<Int>, _ scratch: EncoderScratch) {
    let (width, count, kernels) = (model.shape.width, rows.count, compute.kernels)
    let stream = stream.base + rows.lowerBound * width
    layer.attention.output.apply(
      count, context.base + rows.lowerBound * width, into: scratch.normed.base, scratch: scratch.quantised, kernels)
    kernels.add(count * width, scratch.normed.base, stream)
    layer.feedForward.norm.apply(count, stream, into: scratch.normed.base, kernels)
    layer.feedForward.up.apply(
      count, scratch.normed.base, into: scratch.inner.base, scratch: scratch.quantised, kernels)
    kernels.gelu(count * model.shape.feedForward, scratch.inner.base)
    layer.feedForward.down.apply(
      count, scratch.inner.base, into: scratch.normed.base, scratch: scratch.quantised, kernels)
    kernels.add(count * width, scratch.normed.base, stream)
  }
}

/// What the encoder made of a window.
struct Sound {
  /// [positions, width]
  let values: FloatBuffer
  let positions: Int
}

/// What a thread needs for one block.
private final class EncoderScratch {
  let mel: FloatBuffer  // [2 * blockRows + 3, bands]
  let convolved: FloatBuffer  // [2 * blockRows + 1, width]
  let normed: FloatBuffer  // [blockRows, width]
  let inner: FloatBuffer  // [blockRows, max(3 * width, feedForward)]
  let quantised = QuantisedRows()
  let attention = AttentionScratch()

  init(_ shape: ModelShape) {
    let rows = AudioEncoder.blockRows
    mel = FloatBuffer(count: (2 * rows + 3) * shape.bands)
    convolved = FloatBuffer(count: (2 * rows + 1) * shape.width)
    normed = FloatBuffer(count: rows * shape.width)
    inner = FloatBuffer(count: rows * max(3 * shape.width, shape.feedForward))
  }

  /// Frames of the window as rows [count, bands], zero outside of what there is.
  func fill(_ features: MelSpectrogram, from first: Int, count: Int, of window: Int) {
    let bands = mel.count / (2 * AudioEncoder.blockRows + 3)
    for row in 0..<count {
      let (frame, target) = (first + row, mel.base + row * bands)
      guard (0..<min(window, features.frames)).contains(frame) else {
        target.update(repeating: 0, count: bands)
        continue
      }
      for band in 0..<bands { target[band] = features.values[band * features.frames + frame] }
    }
  }
}
