import CKernels

/// Whisper's text decoder with a cache of keys and values. One decoder serves one window at a time.
///
/// The cache holds a row for each position and slot; a beam is a chain of slots, so that reordering beams moves indices
/// and never the cache itself.
final class TextDecoder {
  let model: WhisperModel
  private let compute: Compute
  let beams: Int
  private let scratch: TextDecoderScratch
  private let crossKeys: [FloatBuffer]  // a layer: [heads, packed (audioPositions, headWidth)]
  private let crossValues: [FloatBuffer]  // a layer: [heads, packed (headWidth, audioPositions)]
  private let keys: [FloatBuffer]  // a layer: [textPositions, beams, width]
  private let values: [FloatBuffer]

  /// Positions that are filled.
  private(set) var position = 0
  /// Slot of each beam at each position: [position][beam].
  private var chains: [[Int]] = []

  init(_ model: WhisperModel, _ compute: Compute, beams: Int) {
    self.model = model
    self.compute = compute
    self.beams = beams
    let shape = model.shape
    scratch = TextDecoderScratch(shape, beams: beams)
    let layers = 0..<shape.decoderLayers
    let depth = shape.width / shape.decoderHeads
    crossKeys = layers.map { _ in
      FloatBuffer(count: shape.decoderHeads * ck_packed_f32_size(shape.audioPositions, depth))
    }
    crossValues = layers.map { _ in
      FloatBuffer(count: shape.decoderHeads * ck_packed_f32_size(depth, shape.audioPositions))
    }
    keys = layers.map { _ in FloatBuffer(count: shape.textPositions * beams * shape.width) }
    values = layers.map { _ in FloatBuffer(count: shape.textPositions * beams * shape.width) }
  }

  private var headWidth: Int { model.shape.width / model.shape.decoderHeads }

  /// Computes the keys and values of the window that all following steps attend to, and forgets earlier tokens.
  /// - Parameter encoded: [audioPositions, width].
  func begin(_ encoded: FloatBuffer) {
    let shape = model.shape
    let both = FloatBuffer(count: shape.audioPositions * 2 * shape.width)
    for (layer, weights) in model.weights.decoderLayers.enumerated() {
      weights.crossAttention.keyValue.apply(
        shape.audioPositions, encoded.base, into: both.base, scratch: &scratch.quantised, compute)
      for head in 0..<shape.decoderHeads {
        let key = both.base + head * headWidth
        ck_pack_f32_rows(
          shape.audioPositions, headWidth, key, 2 * shape.width,
          crossKeys[layer].base + head * ck_packed_f32_size(shape.audioPositions, headWidth))
        ck_pack_f32_columns(
          headWidth, shape.audioPositions, key + shape.width, 2 * shape.width,
          crossValues[layer].base + head * ck_packed_f32_size(headWidth, shape.audioPositions))
      }
    }
    rewind()
  }

  /// Forgets the tokens, keeps the window.
  func rewind() {
    position = 0
    chains.removeAll(keepingCapacity: true)
  }

  /// Feeds a prompt to all beams and returns the logits [vocabulary] behind the tokens at `wanted`, one row each.
  func prefill(_ prompt: [Int], wanted: [Int]) -> [[Float]] {
    forward(tokens: prompt, rows: prompt.count, isPrompt: true)
    chains = Array(repeating: Array(repeating: 0, count: beams), count: prompt.count)
    position = prompt.count
    return wanted.map { row in
      project(rows: 1, from: scratch.stream.base + row * model.shape.width)
      return Array(UnsafeBufferPointer(start: scratch.logits.base, count: model.shape.vocabulary))
    }
  }

  /// Feeds one token to each beam. `parents[i]` says which beam of the step before beam i continues.
  /// - Returns: logits [beams, vocabulary], valid until the next call.
  func step(tokens: [Int], parents: [Int]) -> UnsafeMutableBufferPointer<Float> {
    for index in chains.indices { chains[index] = reordered(chains[index], by: parents) }
    chains.append(Array(0..<beams))
    forward(tokens: tokens, rows: tokens.count, isPrompt: false)
    position += 1
    project(rows: tokens.count, from: scratch.stream.base)
    return UnsafeMutableBufferPointer(start: scratch.logits.base, count: tokens.count * model.shape.vocabulary)
  }

  private func reordered(_ chain: [Int], by parents: [Int]) -> [Int] {
    var result = chain
    for (beam, parent) in parents.enumerated() { result[beam] = chain[parent] }
    return result
  }

  // MARK: - One pass

  private func forward(tokens: [Int], rows: Int, isPrompt: Bool) {
    let width = model.shape.width
    for (row, token) in tokens.enumerated() {
      model.weights.embedding.copy(token, width: width, to: scratch.stream.base + row * width)
      let at = isPrompt ? row : position
      compute.kernels.add(width, model.weights.textPositions.base + at * width, scratch.stream.base + row * width)
    }
    for (layer, weights) in model.weights.decoderLayers.enumerated() {
      selfAttend(weights.selfAttention, layer, rows, isPrompt: isPrompt)
      crossAttend(weights.crossAttention, layer, rows)
      feedForward(weights.feedForward, rows)
    }
  }

  private func selfAttend(_ weights: ModelWeights.SelfAttention, _ layer: Int, _ rows: Int, isPrompt: Bool) {
    let shape = model.shape
    weights.norm.apply(rows, scratch.stream.base, into: scratch.normed.base, compute)
    weights.queryKeyValue.apply(
      rows, scratch.normed.base, into: scratch.queryKeyValue.base, scratch: &scratch.quantised, compute)
    for row in 0..<rows {
      let (at, slot) = isPrompt ? (row, 0) : (position, row)
      let source = scratch.queryKeyValue.base + row * 3 * shape.width
      let target = (at * beams + slot) * shape.width
      (keys[layer].base + target).update(from: source + shape.width, count: shape.width)
      (values[layer].base + target).update(from: source + 2 * shape.width, count: shape.width)
    }
    for row in 0..<rows {
      for head in 0..<shape.decoderHeads { attendOwnTokens(layer, row, head, isPrompt: isPrompt) }
    }
    weights.output.apply(rows, scratch.context.base, into: scratch.normed.base, scratch: &scratch.quantised, compute)
    compute.kernels.add(rows * shape.width, scratch.normed.base, scratch.stream.base)
  }

  /// One head of one row over the tokens so far (in a prompt: up to and with itself).
  private func attendOwnTokens(_ layer: Int, _ row: Int, _ head: Int, isPrompt: Bool) {
    let (width, depth) = (model.shape.width, headWidth)
    let count = isPrompt ? row + 1 : position + 1
    let query = scratch.queryKeyValue.base + row * 3 * width + head * depth
    let scale = 1 / Float(depth).squareRoot()
    let scores = scratch.ownScores.base
    for at in 0..<count {
      let slot = isPrompt ? 0 : chains[at][row]
      let key = keys[layer].base + (at * beams + slot) * width + head * depth
      var sum: Float = 0
      for i in 0..<depth { sum += query[i] * key[i] }
      scores[at] = sum * scale
    }
    compute.kernels.softmax(1, count, scores, count)
    let context = scratch.context.base + row * width + head * depth
    context.update(repeating: 0, count: depth)
    for at in 0..<count {
      let slot = isPrompt ? 0 : chains[at][row]
      let value = values[layer].base + (at * beams + slot) * width + head * depth
      let weight = scores[at]
      for i in 0..<depth { context[i] += weight * value[i] }
    }
  }

  private func crossAttend(_ weights: ModelWeights.CrossAttention, _ layer: Int, _ rows: Int) {
    let shape = model.shape
    let (positions, depth, width) = (shape.audioPositions, headWidth, shape.width)
    weights.norm.apply(rows, scratch.stream.base, into: scratch.normed.base, compute)
    weights.query.apply(rows, scratch.normed.base, into: scratch.query.base, scratch: &scratch.quantised, compute)
    let scale = 1 / Float(depth).squareRoot()
    for i in 0..<rows * width { scratch.query.base[i] *= scale }
    let (query, context, scores) = (
      SharedConst(scratch.query.base), Shared(scratch.context.base), Shared(scratch.crossScores.base)
    )
    let (packedKeys, packedValues, compute) = (crossKeys[layer], crossValues[layer], compute)
    compute.parallel(shape.decoderHeads) { heads in
      for head in heads {
        let own = scores.pointer + head * TextDecoderScratch.scoredRows * positions
        for row in stride(from: 0, to: rows, by: TextDecoderScratch.scoredRows) {
          let block = min(TextDecoderScratch.scoredRows, rows - row)
          let offset = row * width + head * depth
          compute.kernels.gemm_f32(
            block, positions, depth, query.pointer + offset, width,
            packedKeys.base + head * ck_packed_f32_size(positions, depth), nil, own, positions)
          compute.kernels.softmax(block, positions, own, positions)
          compute.kernels.gemm_f32(
            block, depth, positions, own, positions,
            packedValues.base + head * ck_packed_f32_size(depth, positions), nil, context.pointer + offset, width)
        }
      }
    }
    weights.output.apply(rows, scratch.context.base, into: scratch.normed.base, scratch: &scratch.quantised, compute)
    compute.kernels.add(rows * width, scratch.normed.base, scratch.stream.base)
  }

  private func feedForward(_ weights: ModelWeights.FeedForward, _ rows: Int) {
    weights.norm.apply(rows, scratch.stream.base, into: scratch.normed.base, compute)
    weights.up.apply(rows, scratch.normed.base, into: scratch.inner.base, scratch: &scratch.quantised, compute)
    compute.kernels.gelu(rows * model.shape.feedForward, scratch.inner.base)
    weights.down.apply(rows, scratch.inner.base, into: scratch.normed.base, scratch: &scratch.quantised, compute)
    compute.kernels.add(rows * model.shape.width, scratch.normed.base, scratch.stream.base)
  }

  private func project(rows: Int, from stream: UnsafePointer<Float>) {
    model.weights.decoderNorm.apply(rows, stream, into: scratch.normed.base, compute)
    model.weights.projection.apply(
      rows, scratch.normed.base, into: scratch.logits.base, scratch: &scratch.quantised, compute)
  }
}

/// Every buffer of a decoding step. `rows` are those of the longest prompt; a step has one row a beam.
private final class TextDecoderScratch {
  let stream: FloatBuffer  // [rows, width]
  let normed: FloatBuffer  // [rows, width]
  let queryKeyValue: FloatBuffer  // [rows, 3 * width]
  let query: FloatBuffer  // [rows, width]
  let context: FloatBuffer  // [rows, width]
  let inner: FloatBuffer  // [rows, feedForward]
  let ownScores: FloatBuffer  // [textPositions]
  let crossScores: FloatBuffer  // [heads, scoredRows, audioPositions]
  let logits: FloatBuffer  // [beams, vocabulary]
  var quantised = QuantisedRows()

  /// Query rows whose scores are held at a time.
  static let scoredRows = 16

  init(_ shape: ModelShape, beams: Int) {
    let rows = max(beams, shape.textPositions)
    stream = FloatBuffer(count: rows * shape.width)
    normed = FloatBuffer(count: rows * shape.width)
    queryKeyValue = FloatBuffer(count: rows * 3 * shape.width)
    query = FloatBuffer(count: rows * shape.width)
    context = FloatBuffer(count: rows * shape.width)
    inner = FloatBuffer(count: rows * shape.feedForward)
    ownScores = FloatBuffer(count: shape.textPositions)
    crossScores = FloatBuffer(count: shape.decoderHeads * Self.scoredRows * shape.audioPositions)
    logits = FloatBuffer(count: beams * shape.vocabulary)
  }
}
