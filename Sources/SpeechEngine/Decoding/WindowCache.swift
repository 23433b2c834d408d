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
  private let textPositions: Int
  /// Where each beam's rows lie in `keys` and `values`, in floats: [2, beams, textPositions]. One half counts, the other
  /// receives the chains when beams change places.
  private let chains: Buffer<Int>
  private var half = 0
  private(set) var position = 0

  init(_ shape: ModelShape, _ type: ComputeType, beams: Int) {
    self.beams = beams
    width = shape.width
    let layers = 0..<shape.decoderLayers
    let depth = shape.width / shape.decoderHeads
    sound = layers.map { _ in
      HeadMemory(
        type, heads: shape.decoderHeads, depth: depth, positions: shape.audioPositions, isCompact: true)
    }
    keys = layers.map { _ in FloatBuffer(count: shape.textPositions * beams * shape.width) }
    values = layers.map { _ in FloatBuffer(count: shape.textPositions * beams * shape.width) }
    textPositions = shape.textPositions
    chains = Buffer(count: 2 * beams * shape.textPositions)
  }

  /// Positions of its sound.
  var positions: Int { sound.first?.positions ?? 0 }

  /// Forgets the tokens from a position on, keeps the sound.
  func rewind(to kept: Int = 0) {
    precondition((0...position).contains(kept), "what is kept is there")
    position = kept
  }

  /// Makes room for tokens that all beams share.
  func appendPrompt(_ count: Int) {
    for beam in 0..<beams {
      let chain = offsets(of: beam)
      for index in position..<position + count { chain[index] = index * beams * width }
    }
    position += count
  }

  /// Makes room for one token a beam; beam i continues what beam `parents[i]` held.
  func appendStep(parents: [Int]) {
    if !parents.indices.allSatisfy({ parents[$0] == $0 }) {
      let other = 1 - half
      for (beam, parent) in parents.enumerated() {
        offsets(of: beam, other).update(from: offsets(of: parent), count: position)
      }
      half = other
    }
    for beam in parents.indices { offsets(of: beam)[position] = (position * beams + beam) * width }
    position += 1
  }

  /// Offsets of the rows of a beam, from the first position on.
  func offsets(of beam: Int) -> UnsafeMutablePointer<Int> { offsets(of: beam, half) }

  private func offsets(of beam: Int, _ half: Int) -> UnsafeMutablePointer<Int> {
    chains.base + (half * beams + beam) * textPositions
  }
}
