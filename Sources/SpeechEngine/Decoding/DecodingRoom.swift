/// What one decoding works with: encoder, decoder and their buffers. One thread at a time.
final class DecodingRoom {
  let model: WhisperModel
  let compute: Compute
  let decoder: TextDecoder
  private let encoder: AudioEncoder
  private var spare: [WindowCache] = []

  init(_ model: WhisperModel, _ compute: Compute) {
    self.model = model
    self.compute = compute
    encoder = AudioEncoder(model, compute)
    decoder = TextDecoder(model, compute)
  }

  /// Encodes a window and puts what it gave into a cache; give it back with `release`.
  /// - Parameters:
  ///   - features: of the window alone; beyond them the encoder sees 0.0, as faster-whisper pads.
  ///   - positions: how much of a window is encoded; nil: all of it.
  ///   - checkpoint: called before each layer; what it throws ends the work.
  func hear(
    _ features: MelSpectrogram, positions: Int? = nil, beams: Int, checkpoint: () throws -> Void
  ) rethrows -> WindowCache {
    let sound = try encoder.encode(features, positions: positions, checkpoint: checkpoint)
    spare.removeAll { $0.beams != beams }
    return try decoder.begin(sound, beams: beams, reusing: spare.popLast(), checkpoint: checkpoint)
  }

  func release(_ cache: WindowCache) { spare.append(cache) }

  /// Keeps one cache for the next recording and frees the others.
  func tidy() { spare = Array(spare.prefix(1)) }

  /// Windows whose keys and values fit into 2 GiB.
  var largestBatch: Int {
    let shape = model.shape
    let depth = shape.width / shape.decoderHeads
    let bytes =
      shape.decoderLayers
      * HeadMemory.bytes(
        model.computeType, heads: shape.decoderHeads, depth: depth, positions: shape.audioPositions)
    return max(1, (2 << 30) / bytes)
  }

  /// The encoder's output [audioPositions, width].
  func encode(_ features: MelSpectrogram) -> FloatBuffer {
    encoder.encode(features, checkpoint: {}).values
  }
}
