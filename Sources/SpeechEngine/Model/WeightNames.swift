// How CTranslate2 names the variables of a Whisper model.

extension ModelShape {
  /// Reads the numbers off the variables and refuses combinations that can't be.
  init(reading file: CTranslate2File, bands: Int) throws(ModelError) {
    func shape(_ name: String, rank: Int) throws(ModelError) -> [Int] {
      let variable = try file.variable(name)
      guard variable.shape.count == rank, variable.shape.allSatisfy({ (1...1_000_000).contains($0) }) else {
        throw .badFile(file.url, reason: "'\(name)' has the impossible shape \(variable.shape)")
      }
      return variable.shape
    }
    func layers(_ part: String) -> Int {
      var count = 0
      while file.variables["\(part)/layer_\(count)/ffn/linear_0/weight"] != nil { count += 1 }
      return count
    }
    let embedding = try shape("decoder/embeddings/weight", rank: 2)
    self.bands = bands
    width = embedding[1]
    vocabulary = embedding[0]
    feedForward = try shape("encoder/layer_0/ffn/linear_0/weight", rank: 2)[0]
    encoderLayers = layers("encoder")
    decoderLayers = layers("decoder")
    encoderHeads = try file.scalar("encoder/num_heads")
    decoderHeads = try file.scalar("decoder/num_heads")
    audioPositions = try shape("encoder/position_encodings/encodings", rank: 2)[0]
    textPositions = try shape("decoder/position_encodings/encodings", rank: 2)[0]
    let headsFit = encoderHeads > 0 && decoderHeads > 0 && width % encoderHeads == 0 && width % decoderHeads == 0
    let sizesFit =
      width <= 8192 && feedForward <= 4 * 8192 && vocabulary <= 100_000 && (1...64).contains(decoderLayers)
      && encoderLayers <= 64 && audioPositions == 1500 && (16...448).contains(textPositions)
    guard headsFit, sizesFit else {
      throw .unsupported(
        file.url,
        what: "\(encoderHeads) and \(decoderHeads) heads, width \(width) and \(feedForward), \(vocabulary) tokens, "
          + "\(encoderLayers) and \(decoderLayers) layers, "
          + "\(audioPositions) audio and \(textPositions) text positions are not a Whisper model's")
    }
  }
}

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
    embedding = try reader.embedding("decoder/embeddings/weight", vocabulary: shape.vocabulary, width: width)
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
    projection = try reader.linear("decoder/projection", outputs: shape.vocabulary, inputs: width)
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
