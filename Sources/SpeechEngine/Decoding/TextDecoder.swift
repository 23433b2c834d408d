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
    let beam: Int
  }

  /// Attention that `align` wants to see, before the softmax.
  final class AttentionTap {
    let heads: [AlignmentHead]
    let positions: Int
    /// [heads, rows, positions]
    let scores: FloatBuffer

    init(heads: [AlignmentHead], rows: Int, positions: Int) {
      self.heads = heads
      self.positions = positions
      scores = FloatBuffer(count: heads.count * rows * positions)
    }

    /// Where the scores of a row go, for each time that its head is listed.
    fileprivate func places(of head: AlignmentHead, row: Int, of rows: Int) -> [UnsafeMutablePointer<Float>] {
      heads.indices.filter { heads[$0] == head }.map { scores.base + ($0 * rows + row) * positions }
    }
  }

  let model: WhisperModel
  let compute: Compute
  let suppression: SuppressionList
  private let scratch: TextDecoderScratch

  /// Query rows that one task scores at a time.
  private static let queryRows = 24
  /// Multiplications below which attention to tokens is quicker on one thread.
  private static let parallelThreshold = 60_000

  init(_ model: WhisperModel, _ compute: Compute) {
    self.model = model
    self.compute = compute
    suppression = SuppressionList(model)
    scratch = TextDecoderScratch(model.shape, threads: compute.threads)
  }

  private var headWidth: Int { model.shape.width / model.shape.decoderHeads }
  private var kernels: ck_kernels { compute.kernels }

  /// A cache with the keys and values of a window's sound.
  /// - Parameters:
  ///   - old: a cache of as many beams that nobody needs any more.
  ///   - checkpoint: called before each layer; what it throws ends the work.
  func begin(
    _ sound: Sound, beams: Int, reusing old: WindowCache? = nil, checkpoint: () throws -> Void
  ) rethrows -> WindowCache {
    let (shape, blockRows) = (model.shape, AudioEncoder.blockRows)
    let cache = old ?? WindowCache(shape, model.computeType, beams: beams)
    cache.rewind()
    for memory in cache.sound { memory.rewind(positions: sound.positions) }
    for layer in model.weights.decoderLayers.indices {
      try checkpoint()
      compute.tasks((sound.positions + blockRows - 1) / blockRows) { block, worker in
        let rows = block * blockRows..<min(sound.positions, (block + 1) * blockRows)
        remember(rows, of: sound.values, in: cache.sound[layer], layer, scratch.workers[worker])
      }
    }
    return cache
  }

  private func remember(
    _ rows: Range<Int>, of encoded: FloatBuffer, in memory: HeadMemory, _ layer: Int,
    _ worker: TextDecoderScratch.Worker
  ) {
    let width = model.shape.width
    worker.reserve(sound: AudioEncoder.blockRows * 2 * width)
    model.weights.decoderLayers[layer].crossAttention.keyValue.apply(
      rows.count, encoded.base + rows.lowerBound * width, into: worker.sound.base, scratch: worker.quantised, kernels)
    memory.write(
      rows, keys: worker.sound.base, values: worker.sound.base + width, ld: 2 * width, worker.attention, kernels)
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
      return feed.tokens.enumerated().map { Row(cache: feed.cache, token: $1, position: first, beam: $0) }
    }
    feed.cache.appendPrompt(feed.tokens.count)
    return feed.tokens.enumerated().map { Row(cache: feed.cache, token: $1, position: first + $0, beam: 0) }
  }

  private func embed(_ rows: [Row]) {
    let width = model.shape.width
    for (index, row) in rows.enumerated() {
      let target = scratch.stream.base + index * width
      model.weights.embedding.copyRow(row.token, to: target)
      kernels.add(width, model.weights.textPositions.base + row.position * width, target)
    }
  }

  // MARK: - Layers

  private func selfAttend(_ weights: ModelWeights.SelfAttention, _ layer: Int, _ rows: [Row]) {
    let width = model.shape.width
    weights.norm.apply(rows.count, scratch.stream.base, into: scratch.normed.base, kernels)
    weights.queryKeyValue.apply(
      rows.count, scratch.normed.base, into: scratch.queryKeyValue.base, scratch: scratch.quantised, compute)
    for (index, row) in rows.enumerated() {
      let source = scratch.queryKeyValue.base + index * 3 * width
      let target = row.cache.offsets(of: row.beam)[row.position]
      (row.cache.keys[layer].base + target).update(from: source + width, count: width)
      (row.cache.values[layer].base + target).update(from: source + 2 * width, count: width)
    }
    let products = rows.reduce(0) { $0 + ($1.position + 1) * 2 * width }
    let heads = model.shape.decoderHeads
    if products < Self.parallelThreshold {
      for index in rows.indices { attendOwnTokens(layer, index, rows[index], 0..<heads, scratch.workers[0]) }
    } else {
      // Beams have most of their tokens in common: what one reads of a head, the next finds in the cache.
      compute.tasks(heads) { head, worker in
        for index in rows.indices {
          attendOwnTokens(layer, index, rows[index], head..<head + 1, scratch.workers[worker])
        }
      }
    }
    addProjection(weights.output, scratch.context, rows.count)
  }

  /// Some heads of one row over the tokens up to and with itself.
  private func attendOwnTokens(
    _ layer: Int, _ index: Int, _ row: Row, _ heads: Range<Int>, _ worker: TextDecoderScratch.Worker
  ) {
    let (width, depth) = (model.shape.width, headWidth)
    let scale = 1 / Float(depth).squareRoot()
    let offsets = row.cache.offsets(of: row.beam)
    for head in heads {
      let shift = head * depth
      kernels.attend(
        row.position + 1, depth, scratch.queryKeyValue.base + index * 3 * width + shift,
        row.cache.keys[layer].base + shift, row.cache.values[layer].base + shift, offsets, scale,
        worker.ownScores.base, scratch.context.base + index * width + shift)
    }
  }

  private func crossAttend(
    _ weights: ModelWeights.CrossAttention, _ layer: Int, _ rows: [Row], _ tap: AttentionTap?
  ) {
    weights.norm.apply(rows.count, scratch.stream.base, into: scratch.normed.base, kernels)
    weights.query.apply(
      rows.count, scratch.normed.base, into: scratch.query.base, scratch: scratch.quantised, compute)
    let (groups, heads) = (Self.groups(of: rows), model.shape.decoderHeads)
    compute.tasks(groups.count * heads) { task, worker in
      let (group, head) = (groups[task / heads], task % heads)
      attendSound(
        rows[group.lowerBound].cache.sound[layer], head, group, scratch.workers[worker],
        tap?.places(of: AlignmentHead(layer: layer, head: head), row: group.lowerBound, of: rows.count) ?? [])
    }
    addProjection(weights.output, scratch.context, rows.count)
  }

  /// Rows that attend to the same sound, not too many at a time.
  private static func groups(of rows: [Row]) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var first = 0
    for index in rows.indices.dropFirst()
    where rows[index].cache !== rows[first].cache || index - first == queryRows {
      groups.append(first..<index)
      first = index
    }
    return groups + [first..<rows.count]
  }

  private func attendSound(
    _ memory: HeadMemory, _ head: Int, _ rows: Range<Int>, _ worker: TextDecoderScratch.Worker,
    _ seen: [UnsafeMutablePointer<Float>]
  ) {
    let width = model.shape.width
    let offset = rows.lowerBound * width + head * headWidth
    var tap: ((UnsafeMutablePointer<Float>) -> Void)?
    if !seen.isEmpty {  // a closure is an allocation, and this is the token loop
      tap = { scores in
        for place in seen { place.update(from: scores, count: rows.count * memory.positions) }
      }
    }
    memory.attend(
      head: head, rows: rows.count, queries: scratch.query.base + offset, ldq: width,
      into: scratch.context.base + offset, ldo: width, worker.attention, kernels, tap: tap)
  }

  private func feedForward(_ weights: ModelWeights.FeedForward, _ rows: Int) {
    let inner = model.shape.feedForward
    weights.norm.apply(rows, scratch.stream.base, into: scratch.normed.base, kernels)
    weights.up.apply(rows, scratch.normed.base, into: scratch.inner.base, scratch: scratch.quantised, compute) {
      columns in
      for row in 0..<rows { kernels.gelu(columns.count, scratch.inner.base + row * inner + columns.lowerBound) }
    }
    addProjection(weights.down, scratch.inner, rows)
  }

  /// stream += x Wᵀ + b.
  private func addProjection(_ layer: Linear, _ x: FloatBuffer, _ rows: Int) {
    let width = model.shape.width
    layer.apply(rows, x.base, into: scratch.normed.base, scratch: scratch.quantised, compute) { columns in
      for row in 0..<rows {
        let offset = row * width + columns.lowerBound
        kernels.add(columns.count, scratch.normed.base + offset, scratch.stream.base + offset)
      }
    }
  }

  private func project(_ rows: [Int]) -> UnsafeMutableBufferPointer<Float> {
    let (width, vocabulary) = (model.shape.width, model.shape.vocabulary)
    scratch.reserve(logits: rows.count * vocabulary)
    for (index, row) in rows.enumerated() where index != row {  // rows ascend, so none is overwritten before it is read
      (scratch.stream.base + index * width).update(from: scratch.stream.base + row * width, count: width)
    }
    model.weights.decoderNorm.apply(rows.count, scratch.stream.base, into: scratch.normed.base, kernels)
    model.weights.projection.apply(
      rows.count, scratch.normed.base, into: scratch.logits.base, scratch: scratch.quantised, compute)
    return UnsafeMutableBufferPointer(start: scratch.logits.base, count: rows.count * vocabulary)
  }
}
