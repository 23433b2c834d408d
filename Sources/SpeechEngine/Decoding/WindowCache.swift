import CKernels

/// What a decoder remembers of one window: the keys and values that its sound gave, and those of the tokens so far.
///
/// The token cache holds a row for each position and slot; a beam is a chain of slots, so that reordering beams moves
/// indices and never the cache itself. Pages that no token reaches are never touched.
final class WindowCache {
  let beams: Int
  let crossKeys: [FloatBuffer]  // a layer: [heads, packed (audioPositions, headWidth)]
  let crossValues: [FloatBuffer]  // a layer: [heads, packed (headWidth, audioPositions)]
  let keys: [FloatBuffer]  // a layer: [textPositions, beams, width]
  let values: [FloatBuffer]
  /// Slot of each beam at each position: [position][beam].
  private(set) var chains: [[Int]] = []

  init(_ shape: ModelShape, beams: Int) {
    self.beams = beams
    let layers = 0..<shape.decoderLayers
    let depth = shape.width / shape.decoderHeads
    crossKeys = layers.map { _ in
      FloatBuffer(count: shape.decoderHeads * ck_packed_f32_size(shape.audioPositions, depth))
    }
    crossValues = layers.map { _ in
      FloatBuffer(count: shape.decoderHeads * ck_packed_f32_size(depth, shape.audioPositions))
    }
    keys = layers.map { _ in FloatBuffer(count: shape.textPositions * beams * shape.width) }
    values = layers.map { _ in FloatBuffer(count: shape.textPositions * beams * shape.width) }
  }

  /// Positions that are filled.
  var position: Int { chains.count }

  /// Forgets the tokens, keeps the sound.
  func rewind() { chains.removeAll(keepingCapacity: true) }

  /// Makes room for a prompt, which all beams share.
  func appendPrompt(_ count: Int) {
    for _ in 0..<count { chains.append(Array(repeating: 0, count: beams)) }
  }

  /// Makes room for one token a beam; beam i continues what beam `parents[i]` held.
  func appendStep(parents: [Int]) {
    for index in chains.indices {
      let old = chains[index]
      for (beam, parent) in parents.enumerated() { chains[index][beam] = old[parent] }
    }
    chains.append(Array(0..<beams))
  }
}
