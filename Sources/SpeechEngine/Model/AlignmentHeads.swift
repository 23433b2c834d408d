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

  /// The heads of OpenAI's own model of this shape, for files that list none (ggml); nil for other shapes. large-v1 has
  /// the shape of large-v2 and gets its heads. Source: openai/whisper `_ALIGNMENT_HEADS`, as the models' settings list it.
  var publishedAlignmentHeads: [[Int]]? {
    guard encoderHeads == decoderHeads else { return nil }
    let size = "\(encoderLayers)+\(decoderLayers)x\(encoderHeads)"
    let list = Self.publishedHeads["\(size) \(vocabulary)"] ?? (vocabulary >= 51_865 ? Self.publishedHeads[size] : nil)
    return list?.split(separator: " ").map { pair in pair.split(separator: ".").compactMap { Int($0) } }
  }

  /// Encoder layers + decoder layers x heads, with the size of the vocabulary where that matters → layer.head.
  private static let publishedHeads = [
    "4+4x6 51864": "1.0 2.0 2.5 3.0 3.1 3.2 3.3 3.4",
    "4+4x6": "2.2 3.0 3.2 3.3 3.4 3.5",
    "6+6x8 51864": "3.3 4.7 5.1 5.5 5.7",
    "6+6x8": "3.1 4.2 4.3 4.7 5.1 5.2 5.4 5.6",
    "12+12x12 51864": "6.6 7.0 7.3 7.8 8.2 8.5 8.7 9.0 9.4 9.8 9.10 10.0 10.1 10.2 10.3 10.6 10.11 11.2 11.4",
    "12+12x12": "5.3 5.9 8.0 8.4 8.7 8.8 9.0 9.7 9.9 10.5",
    "24+24x16 51864":
      "11.4 14.1 14.12 14.14 15.4 16.0 16.4 16.9 17.12 17.14 18.7 18.10 18.15 20.0 20.3 20.9 20.14 21.12",
    "24+24x16": "13.15 15.4 15.15 16.1 20.0 23.4",
    "32+32x20 51865": """
    10.12 13.17 16.11 16.12 16.13 17.15 17.16 18.4 18.11 18.19 19.11 21.2 21.3 22.3 22.9 22.12 23.5 23.7 23.13 25.5 26.1 \
    26.12 27.15
    """,
    "32+32x20 51866": "7.0 10.17 12.18 13.12 16.1 17.14 19.11 21.4 24.1 25.6",
    "32+4x20": "2.4 2.11 3.3 3.6 3.11 3.14",
  ]
}
