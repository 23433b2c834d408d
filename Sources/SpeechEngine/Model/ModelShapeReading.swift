extension ModelShape {
  /// Reads the numbers off the tensors and refuses combinations that can't be.
  /// - Parameter bands: mel bands that settings beside the tensors state, if any do.
  init(reading source: WeightSource, bands: Int?) throws(ModelError) {
    let embedding = try source.shape(of: "decoder/embeddings/weight", rank: 2...2)
    let convolution = try source.shape(of: "encoder/conv1/weight", rank: 2...3)  // [outputs, inputs, 3] or flat
    self.bands = bands ?? (convolution.count == 3 ? convolution[1] : convolution[1] / 3)
    width = embedding[1]
    vocabulary = embedding[0]
    feedForward = try source.shape(of: "encoder/layer_0/ffn/linear_0/weight", rank: 2...2)[0]
    encoderLayers = source.layers.encoder
    decoderLayers = source.layers.decoder
    encoderHeads = source.layers.encoderHeads
    decoderHeads = source.layers.decoderHeads
    audioPositions = try source.shape(of: "encoder/position_encodings/encodings", rank: 2...2)[0]
    textPositions = try source.shape(of: "decoder/position_encodings/encodings", rank: 2...2)[0]
    let headsFit = width % encoderHeads == 0 && width % decoderHeads == 0
    let sizesFit =
      width <= 8192 && feedForward <= 4 * 8192 && vocabulary <= 100_000 && audioPositions == 1500
      && (16...448).contains(textPositions) && (1...512).contains(self.bands)
    guard headsFit, sizesFit else {
      throw .unsupported(
        source.url,
        what: "\(encoderHeads) and \(decoderHeads) heads, width \(width) and \(feedForward), \(vocabulary) tokens, "
          + "\(self.bands) mel bands, \(encoderLayers) and \(decoderLayers) layers, "
          + "\(audioPositions) audio and \(textPositions) text positions are not a Whisper model's")
    }
  }
}
