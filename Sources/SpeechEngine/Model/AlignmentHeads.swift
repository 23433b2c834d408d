/// One head of the decoder's attention to the audio that follows the spoken words closely enough to time them.
public struct AlignmentHead: Sendable, Equatable {
  /// Decoder layer, from 0.
  public let layer: Int
  /// Head of that layer, from 0.
  public let head: Int

  public init(layer: Int, head: Int) {
    self.layer = layer
    self.head = head
  }
}

extension ModelShape {
  /// The heads that `listed` ([layer, head] pairs of a model's own settings) names, as far as this model has them: files
  /// of distilled models carry their teacher's list. Without any, every head of the last half of the decoder's layers.
  func alignmentHeads(listed: [[Int]]?) -> [AlignmentHead] {
    let known = (listed ?? []).compactMap { pair in
      pair.count == 2 && (0..<decoderLayers).contains(pair[0]) && (0..<decoderHeads).contains(pair[1])
        ? AlignmentHead(layer: pair[0], head: pair[1]) : nil
    }
    if !known.isEmpty { return known }
    return (decoderLayers / 2..<decoderLayers).flatMap { layer in
      (0..<decoderHeads).map { AlignmentHead(layer: layer, head: $0) }
    }
  }
}
