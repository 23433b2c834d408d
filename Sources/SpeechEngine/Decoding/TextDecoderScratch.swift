/// Every buffer of a decoder's pass; they grow to what the largest one needs and stay.
final class TextDecoderScratch {
  private let shape: ModelShape
  private(set) var stream = FloatBuffer(count: 0)  // [rows, width]
  private(set) var normed = FloatBuffer(count: 0)  // [rows, width]
  private(set) var queryKeyValue = FloatBuffer(count: 0)  // [rows, 3 * width]
  private(set) var query = FloatBuffer(count: 0)  // [rows, width]
  private(set) var context = FloatBuffer(count: 0)  // [rows, width]
  private(set) var inner = FloatBuffer(count: 0)  // [rows, feedForward]
  private(set) var logits = FloatBuffer(count: 0)  // [wanted rows, vocabulary]
  let quantised = QuantisedRows()
  let workers: [Worker]
  private var rows = 0

  /// What one thread needs.
  final class Worker {
    let ownScores: FloatBuffer  // [textPositions]
    private(set) var sound = FloatBuffer(count: 0)  // [rows of a block, 2 * width]
    let quantised = QuantisedRows()
    let attention = AttentionScratch()

    init(_ shape: ModelShape) { ownScores = FloatBuffer(count: shape.textPositions) }

    func reserve(sound wanted: Int) {
      if sound.count < wanted { sound = FloatBuffer(count: wanted) }
    }
  }

  init(_ shape: ModelShape, threads: Int) {
    self.shape = shape
    workers = (0..<threads).map { _ in Worker(shape) }
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
}
