import CKernels

/// Whisper's text decoder. It reads the weights once for all windows that it is given at a time; what belongs to one window
/// is in that window's cache.
final class TextDecoder {
  /// Tokens to feed behind what a window's cache holds.
  struct Feed {
    let cache: WindowCache
    let tokens: [Int]
    /// nil: one row of tokens, a prompt that all beams share. Else a token a beam, and the beam that each continues.
    var parents: [Int]?
  }

  /// One token on its way through the layers.
  private struct Row {
    let cache: WindowCache
    let token: Int
    let position: Int
    let slot: Int
    /// Where the keys and values of the tokens up to and with this one lie in the cache, in floats.
    let offsets: [Int]
  }

  /// Attention that `align` wants to see, before the softmax.
  final class AttentionTap {
    let heads: [AlignmentHead]
    /// [heads, rows, audioPositions]
    let scores: FloatBuffer

    init(heads: [AlignmentHead], rows: Int, positions: Int) {
      self.heads = heads
      scores = FloatBuffer(count: heads.count * rows * positions)
    }
  }

  let model: WhisperModel
  let compute: Compute
  private let scratch: TextDecoderScratch

  init(_ model: WhisperModel, _ compute: Compute) {
    self.model = model
    self.compute = compute
    scratch = TextDecoderScratch(model.shape)
  }

  private var headWidth: Int { model.shape.width / model.shape.decoderHeads }

  /// A cache with the keys and values of a window's sound.
  /// - Parameters:
  ///   - encoded: [audioPositions, width].
  ///   - checkpoint: called before each layer; what it throws ends the work.
  func begin(
    _ encoded: FloatBuffer, beams: Int, reusing old: WindowCache? = nil, checkpoint: () throws -> Void
  ) rethrows -> WindowCache {
    let shape = model.shape
    let cache = old.flatMap { $0.beams == beams ? $0 : nil } ?? WindowCache(shape, beams: beams)
    cache.rewind()
    let both = scratch.crossInput(shape)
    for (layer, weights) in model.weights.decoderLayers.enumerated() {
      try checkpoint()
      weights.crossAttention.keyValue.apply(
        shape.audioPositions, encoded.base, into: both.base, scratch: &scratch.quantised, compute)
      let (source, depth, cacheKeys, cacheValues) = (
        SharedConst(both.base), headWidth, cache.crossKeys[layer], cache.crossValues[layer]
      )
      compute.parallel(shape.decoderHeads) { heads in
        for head in heads {
          let key = source.pointer + head * depth
          ck_pack_f32_rows(
            shape.audioPositions, depth, key, 2 * shape.width,
            cacheKeys.base + head * ck_packed_f32_size(shape.audioPositions, depth))
          ck_pack_f32_columns(
            depth, shape.audioPositions, key + shape.width, 2 * shape.width,
            cacheValues.base + head * ck_packed_f32_size(depth, shape.audioPositions))
        }
      }
    }
    return cache
  }

  /// Feeds tokens to several windows at once.
  /// - Parameter wanted: rows, counted over all feeds, whose logits are asked for; nil: all.
  /// - Returns: logits [wanted rows, vocabulary], valid until the next call.
  func forward(
    _ feeds: [Feed], wanted: [Int]? = nil, tap: AttentionTap? = nil
  ) -> UnsafeMutableBufferPointer<Float> {
    let rows = feeds.flatMap(append)
    scratch.reserve(rows: rows.count)
    embed(rows)
    for (layer, weights) in model.weights.decoderLayers.enumerated() {
      selfAttend(weights.selfAttention, layer, rows)
      crossAttend(weights.crossAttention, layer, rows, tap)
      feedForward(weights.feedForward, rows.count)
    }
    return project(wanted ?? Array(rows.indices))
  }

  private func append(_ feed: Feed) -> [Row] {
    let first = feed.cache.position
    precondition(
      first + (feed.parents == nil ? feed.tokens.count : 1) <= model.shape.textPositions, "tokens fit the positions")
    if let parents = feed.parents {
      feed.cache.appendStep(parents: parents)
      return feed.tokens.enumerated().map { row(feed.cache, $1, position: first, slot: $0) }
    }
    feed.cache.appendPrompt(feed.tokens.count)
    return feed.tokens.enumerated().map { row(feed.cache, $1, position: first + $0, slot: 0) }
  }

  private func row(_ cache: WindowCache, _ token: Int, position: Int, slot: Int) -> Row {
    let width = model.shape.width
    let offsets = (0...position).map { ($0 * cache.beams + cache.chains[$0][slot]) * width }
    return Row(cache: cache, token: token, position: position, slot: slot, offsets: offsets)
  }

  private func embed(_ rows: [Row]) {
    let width = model.shape.width
    for (index, row) in rows.enumerated() {
      let target = scratch.stream.base + index * width
      model.weights.embedding.copy(row.token, width: width, to: target)
      compute.kernels.add(width, model.weights.textPositions.base + row.position * width, target)
    }
  }

  // MARK: - Layers

  private func selfAttend(_ weights: ModelWeights.SelfAttention, _ layer: Int, _ rows: [Row]) {
    let shape = model.shape
    weights.norm.apply(rows.count, scratch.stream.base, into: scratch.normed.base, compute)
    weights.queryKeyValue.apply(
      rows.count, scratch.normed.base, into: scratch.queryKeyValue.base, scratch: &scratch.quantised, compute)
    for (index, row) in rows.enumerated() {
      let source = scratch.queryKeyValue.base + index * 3 * shape.width
      let target = row.offsets[row.position]
      (row.cache.keys[layer].base + target).update(from: source + shape.width, count: shape.width)
      (row.cache.values[layer].base + target).update(from: source + 2 * shape.width, count: shape.width)
    }
    for (index, row) in rows.enumerated() {
      for head in 0..<shape.decoderHeads { attendOwnTokens(layer, index, row, head) }
    }
    weights.output.apply(
      rows.count, scratch.context.base, into: scratch.normed.base, scratch: &scratch.quantised, compute)
    compute.kernels.add(rows.count * shape.width, scratch.normed.base, scratch.stream.base)
  }

  /// One head of one row over the tokens up to and with itself.
  private func attendOwnTokens(_ layer: Int, _ index: Int, _ row: Row, _ head: Int) {
    let (width, depth, count) = (model.shape.width, headWidth, row.offsets.count)
    let query = scratch.queryKeyValue.base + index * 3 * width + head * depth
    let scale = 1 / Float(depth).squareRoot()
    let scores = scratch.ownScores.base
    let keys = row.cache.keys[layer].base + head * depth
    for (at, offset) in row.offsets.enumerated() {
      let key = keys + offset
      var sum: Float = 0
      for i in 0..<depth { sum += query[i] * key[i] }
      scores[at] = sum * scale
    }
    compute.kernels.softmax(1, count, scores, count)
    let context = scratch.context.base + index * width + head * depth
    context.update(repeating: 0, count: depth)
    let values = row.cache.values[layer].base + head * depth
    for (at, offset) in row.offsets.enumerated() {
      let value = values + offset
      let weight = scores[at]
      for i in 0..<depth { context[i] += weight * value[i] }
    }
  }

  private func crossAttend(
    _ weights: ModelWeights.CrossAttention, _ layer: Int, _ rows: [Row], _ tap: AttentionTap?
  ) {
    let width = model.shape.width
    weights.norm.apply(rows.count, scratch.stream.base, into: scratch.normed.base, compute)
    weights.query.apply(
      rows.count, scratch.normed.base, into: scratch.query.base, scratch: &scratch.quantised, compute)
    let scale = 1 / Float(headWidth).squareRoot()
    for i in 0..<rows.count * width { scratch.query.base[i] *= scale }
    var first = 0
    while first < rows.count {
      let cache = rows[first].cache
      let end = rows[first...].firstIndex { $0.cache !== cache } ?? rows.count
      attendSound(cache, layer, first..<end, all: rows.count, tap)
      first = end
    }
    weights.output.apply(
      rows.count, scratch.context.base, into: scratch.normed.base, scratch: &scratch.quantised, compute)
    compute.kernels.add(rows.count * width, scratch.normed.base, scratch.stream.base)
  }

  /// The rows of one window over its sound; heads are shared out over the threads.
  private func attendSound(_ cache: WindowCache, _ layer: Int, _ rows: Range<Int>, all: Int, _ tap: AttentionTap?) {
    let (positions, depth, width) = (model.shape.audioPositions, headWidth, model.shape.width)
    let (query, context, scores) = (
      SharedConst(scratch.query.base), Shared(scratch.context.base), Shared(scratch.crossScores.base)
    )
    let (packedKeys, packedValues, compute) = (cache.crossKeys[layer], cache.crossValues[layer], compute)
    let tapped = tap.map { tap in tap.heads.map { $0.layer == layer ? $0.head : -1 } } ?? []
    let seen = tap.map { Shared($0.scores.base) }
    compute.parallel(model.shape.decoderHeads) { heads in
      for head in heads {
        let own = scores.pointer + head * TextDecoderScratch.scoredRows * positions
        for row in stride(from: rows.lowerBound, to: rows.upperBound, by: TextDecoderScratch.scoredRows) {
          let block = min(TextDecoderScratch.scoredRows, rows.upperBound - row)
          let offset = row * width + head * depth
          compute.kernels.gemm_f32(
            block, positions, depth, query.pointer + offset, width,
            packedKeys.base + head * ck_packed_f32_size(positions, depth), nil, own, positions)
          for (index, wanted) in tapped.enumerated() where wanted == head {
            (seen?.pointer)?.advanced(by: (index * all + row) * positions).update(from: own, count: block * positions)
          }
          compute.kernels.softmax(block, positions, own, positions)
          compute.kernels.gemm_f32(
            block, depth, positions, own, positions,
            packedValues.base + head * ck_packed_f32_size(depth, positions), nil, context.pointer + offset, width)
        }
      }
    }
  }

  private func feedForward(_ weights: ModelWeights.FeedForward, _ rows: Int) {
    weights.norm.apply(rows, scratch.stream.base, into: scratch.normed.base, compute)
    weights.up.apply(rows, scratch.normed.base, into: scratch.inner.base, scratch: &scratch.quantised, compute)
    compute.kernels.gelu(rows * model.shape.feedForward, scratch.inner.base)
    weights.down.apply(rows, scratch.inner.base, into: scratch.normed.base, scratch: &scratch.quantised, compute)
    compute.kernels.add(rows * model.shape.width, scratch.normed.base, scratch.stream.base)
  }

  private func project(_ rows: [Int]) -> UnsafeMutableBufferPointer<Float> {
    let (width, vocabulary) = (model.shape.width, model.shape.vocabulary)
    scratch.reserve(logits: rows.count * vocabulary)
    for (index, row) in rows.enumerated() where index != row {  // rows ascend, so none is overwritten before it is read
      (scratch.stream.base + index * width).update(from: scratch.stream.base + row * width, count: width)
    }
    model.weights.decoderNorm.apply(rows.count, scratch.stream.base, into: scratch.normed.base, compute)
    model.weights.projection.apply(
      rows.count, scratch.normed.base, into: scratch.logits.base, scratch: &scratch.quantised, compute)
    return UnsafeMutableBufferPointer(start: scratch.logits.base, count: rows.count * vocabulary)
  }
}

/// Every buffer of a pass; they grow to what the largest one needs and stay.
private final class TextDecoderScratch {
  private let shape: ModelShape
  private(set) var stream = FloatBuffer(count: 0)  // [rows, width]
  private(set) var normed = FloatBuffer(count: 0)  // [rows, width]
  private(set) var queryKeyValue = FloatBuffer(count: 0)  // [rows, 3 * width]
  private(set) var query = FloatBuffer(count: 0)  // [rows, width]
  private(set) var context = FloatBuffer(count: 0)  // [rows, width]
  private(set) var inner = FloatBuffer(count: 0)  // [rows, feedForward]
  private(set) var logits = FloatBuffer(count: 0)  // [wanted rows, vocabulary]
  private var cross: FloatBuffer?  // [audioPositions, 2 * width]
  let ownScores: FloatBuffer  // [textPositions]
  let crossScores: FloatBuffer  // [heads, scoredRows, audioPositions]
  var quantised = QuantisedRows()
  private var rows = 0

  /// Query rows whose scores are held at a time.
  static let scoredRows = 16

  init(_ shape: ModelShape) {
    self.shape = shape
    ownScores = FloatBuffer(count: shape.textPositions)
    crossScores = FloatBuffer(count: shape.decoderHeads * Self.scoredRows * shape.audioPositions)
  }

  func reserve(rows wanted: Int) {
    guard wanted > rows else { return }
    rows = wanted
    stream = FloatBuffer(count: rows * shape.width)
    normed = FloatBuffer(count: rows * shape.width)
    queryKeyValue = FloatBuffer(count: rows * 3 * shape.width)
    query = FloatBuffer(count: rows * shape.width)
    context = FloatBuffer(count: rows * shape.width)
    inner = FloatBuffer(count: rows * shape.feedForward)
  }

  func reserve(logits wanted: Int) {
    if logits.count < wanted { logits = FloatBuffer(count: wanted) }
  }

  func crossInput(_ shape: ModelShape) -> FloatBuffer {
    if let cross { return cross }
    let buffer = FloatBuffer(count: shape.audioPositions * 2 * shape.width)
    cross = buffer
    return buffer
  }
}
