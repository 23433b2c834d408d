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
  /// The token table [vocabulary, width]: the projection itself where the file ties them, as Whisper does.
  let embedding: Linear
  let textPositions: FloatBuffer  // [textPositions, width]
  let decoderLayers: [DecoderLayer]
  let decoderNorm: Norm
  let projection: Linear  // [vocabulary, width]
}
