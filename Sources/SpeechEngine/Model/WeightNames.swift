// How CTranslate2 names the variables of a Whisper model.

extension ModelWeights {
  init(_ reader: WeightReader, _ shape: ModelShape) throws(ModelError) {
    let width = shape.width
    convolution1 = try reader.convolution("encoder/conv1", outputs: width, inputs: shape.bands)
    convolution2 = try reader.convolution("encoder/conv2", outputs: width, inputs: width)
    audioPositions = try reader.floats("encoder/position_encodings/encodings", shape: [shape.audioPositions, width])
    var encoder: [EncoderLayer] = []
    for layer in 0..<shape.encoderLayers {
      let name = "encoder/layer_\(layer)"
      encoder.append(
        EncoderLayer(
          attention: try .init(reader, name + "/self_attention", width),
          feedForward: try .init(reader, name + "/ffn", width, shape.feedForward)))
    }
    encoderLayers = encoder
    encoderNorm = try reader.norm("encoder/layer_norm", width: width)
    textPositions = try reader.floats("decoder/position_encodings/encodings", shape: [shape.textPositions, width])
    var decoder: [DecoderLayer] = []
    for layer in 0..<shape.decoderLayers {
      let name = "decoder/layer_\(layer)"
      decoder.append(
        DecoderLayer(
          selfAttention: try .init(reader, name + "/self_attention", width),
          crossAttention: try .init(reader, name + "/attention", width),
          feedForward: try .init(reader, name + "/ffn", width, shape.feedForward)))
    }
    decoderLayers = decoder
    decoderNorm = try reader.norm("decoder/layer_norm", width: width)
    projection = try reader.linear("decoder/projection", outputs: shape.vocabulary, inputs: width, biased: false)
    let isTied = try reader.source.areSame("decoder/projection/weight", "decoder/embeddings/weight")
    embedding =
      isTied
      ? projection
      : try reader.linear("decoder/embeddings", outputs: shape.vocabulary, inputs: width, biased: false)
  }
}

extension ModelWeights.SelfAttention {
  init(_ reader: WeightReader, _ name: String, _ width: Int) throws(ModelError) {
    norm = try reader.norm(name + "/layer_norm", width: width)
    queryKeyValue = try reader.linear(name + "/linear_0", outputs: 3 * width, inputs: width)
    output = try reader.linear(name + "/linear_1", outputs: width, inputs: width)
  }
}

extension ModelWeights.CrossAttention {
  init(_ reader: WeightReader, _ name: String, _ width: Int) throws(ModelError) {
    norm = try reader.norm(name + "/layer_norm", width: width)
    query = try reader.linear(name + "/linear_0", outputs: width, inputs: width)
    keyValue = try reader.linear(name + "/linear_1", outputs: 2 * width, inputs: width)
    output = try reader.linear(name + "/linear_2", outputs: width, inputs: width)
  }
}

extension ModelWeights.FeedForward {
  init(_ reader: WeightReader, _ name: String, _ width: Int, _ inner: Int) throws(ModelError) {
    norm = try reader.norm(name + "/layer_norm", width: width)
    up = try reader.linear(name + "/linear_0", outputs: inner, inputs: width)
    down = try reader.linear(name + "/linear_1", outputs: width, inputs: inner)
  }
}
