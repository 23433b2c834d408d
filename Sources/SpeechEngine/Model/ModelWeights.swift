/// All weights of a model, packed for the kernels.
struct ModelWeights: Sendable {
  struct SelfAttention: Sendable {
    let norm: Norm
    let queryKeyValue: Linear  // [3 * width, width]
    let output: Linear
  }
  struct CrossAttention: Sendable {
    let norm: Norm
    let query: Linear
    let keyValue: Linear  // [2 * width, width]
    let output: Linear
  }
  struct FeedForward: Sendable {
    let norm: Norm
    let up: Linear
    let down: Linear
  }
  struct EncoderLayer: Sendable {
    let attention: SelfAttention
    let feedForward: FeedForward
  }
  struct DecoderLayer: Sendable {
    let selfAttention: SelfAttention
    let crossAttention: CrossAttention
    let feedForward: FeedForward
  }
  /// A convolution of width 3 as a matrix [outputs, 3 * inputs], inputs innermost.
  let convolution1: Linear
  let convolution2: Linear
  let audioPositions: FloatBuffer  // [audioPositions, width]
  let encoderLayers: [EncoderLayer]
  let encoderNorm: Norm
  let embedding: Embedding
  let textPositions: FloatBuffer  // [textPositions, width]
  let decoderLayers: [DecoderLayer]
  let decoderNorm: Norm
  let projection: Linear  // [vocabulary, width]
}

/// The token table [vocabulary, width], kept as the file has it.
enum Embedding: Sendable {
  case float32(FloatBuffer)
  case int8(ByteBuffer, scales: FloatBuffer)

  /// Writes the row of `token` to `output` [width].
  func copy(_ token: Int, width: Int, to output: UnsafeMutablePointer<Float>) {
    switch self {
    case .float32(let table): output.update(from: table.base + token * width, count: width)
    case .int8(let table, let scales):
      let scale = scales.base[token]
      for i in 0..<width { output[i] = Float(table.base[token * width + i]) / scale }
    }
  }
}
