/// What a decoder remembers of one window: the keys and values that its sound gave, and those of the tokens so far.
///
/// The token cache holds a row for each position and slot; a beam is a chain of slots, so that reordering beams moves
/// indices and never the cache itself. Pages that no token reaches are never touched.
final class WindowCache {
  let beams: Int
  let sound: [HeadMemory]  // a layer
  let keys: [FloatBuffer]  // a layer: [textPositions, beams, width]
  let values: [FloatBuffer]
  private let width: Int
  /// Where each beam's rows lie in `keys` and `values`: [beam][position], in floats.
  private var chains: [[Int]]
  private(set) var position = 0

  init(_ shape: ModelShape, _ type: ComputeType, beams: Int) {
    self.beams = beams
    width = shape.width
    let layers = 0..<shape.decoderLayers
    let depth = shape.width / shape.decoderHeads
    sound = layers.map { _ in
      HeadMemory(type, heads: shape.decoderHeads, depth: depth, positions: shape.audioPositions)
    }
    keys = layers.map { _ in FloatBuffer(count: shape.textPositions * beams * shape.width) }
    values = layers.map { _ in FloatBuffer(count: shape.textPositions * beams * shape.width) }
    chains = Array(repeating: [], count: beams)
    for beam in chains.indices { chains[beam].reserveCapacity(shape.textPositions) }
  }

  /// Positions of its sound.
  var positions: Int { sound.first?.positions ?? 0 }

  /// Forgets the tokens, keeps the sound.
  func rewind() {
    position = 0
    for beam in chains.indices { chains[beam].removeAll(keepingCapacity: true) }
  }

  /// Makes room for a prompt, which all beams share.
  func appendPrompt(_ count: Int) {
    let offsets = (position..<position + count).map { $0 * beams * width }
    for beam in chains.indices { chains[beam] += offsets }
    position += count
  }

  /// Makes room for one token a beam; beam i continues what beam `parents[i]` held.
  func appendStep(parents: [Int]) {
    if !parents.indices.allSatisfy({ parents[$0] == $0 }) {
      let old = chains
      for (beam, parent) in parents.enumerated() where beam != parent { chains[beam] = old[parent] }
    }
    for beam in parents.indices { chains[beam].append((position * beams + beam) * width) }
    position += 1
  }

  /// Offsets of the rows of a beam, from the first position on.
  func withOffsets<Result>(of beam: Int, _ body: (UnsafePointer<Int>) -> Result) -> Result {
    chains[beam].withUnsafeBufferPointer { offsets in
      offsets.baseAddress.map(body) ?? withUnsafePointer(to: 0, body)
    }
  }

  /// Where the row of a beam's token at a position lies.
  func offset(of beam: Int, at position: Int) -> Int { chains[beam][position] }
}
