package import Foundation

/// The tensors of a model file under the names that CTranslate2 gives them, whatever the file calls them.
package struct WeightSource: Sendable {
  /// The file that messages name.
  package let url: URL
  /// By the file's own names.
  package let tensors: [String: Tensor]
  /// CTranslate2's name → the file's names of the parts, stacked by rows; nil stands for zeros. Names that aren't listed
  /// are the file's own.
  let names: [String: [String?]]
  let layers: LayerCounts

  /// Layers and attention heads, which most files state apart from their tensors.
  package struct LayerCounts: Sendable {
    let encoder: Int
    let decoder: Int
    let encoderHeads: Int
    let decoderHeads: Int
  }

  /// The parts of a tensor; nil stands for zeros.
  func parts(of name: String) throws(ModelError) -> [(name: String, tensor: Tensor)?] {
    var parts: [(name: String, tensor: Tensor)?] = []
    for stored in names[name] ?? [name] {
      if let stored {
        guard let tensor = tensors[stored] else { throw .missingVariable(url, name: stored) }
        parts.append((stored, tensor))
      } else {
        parts.append(nil)
      }
    }
    return parts
  }

  /// Whether two tensors are the same bytes of the same file.
  func areSame(_ one: String, _ other: String) throws(ModelError) -> Bool {
    let (first, second) = (try parts(of: one), try parts(of: other))
    return first.count == second.count
      && zip(first, second).allSatisfy { a, b in
        a?.tensor.file.url == b?.tensor.file.url && a?.tensor.offset == b?.tensor.offset
          && a?.tensor.shape == b?.tensor.shape && a?.tensor.scales?.offset == b?.tensor.scales?.offset
      }
  }

  /// The shape of a tensor that is stored in one part, its rank checked and every extent in 1...1 000 000.
  func shape(of name: String, rank: ClosedRange<Int>) throws(ModelError) -> [Int] {
    guard let (stored, tensor) = try parts(of: name).first ?? nil else { throw .missingVariable(url, name: name) }
    guard rank.contains(tensor.shape.count), tensor.shape.allSatisfy({ (1...1_000_000).contains($0) }) else {
      throw .badFile(tensor.file.url, reason: "'\(stored)' has the impossible shape \(tensor.shape)")
    }
    return tensor.shape
  }

  /// Whether the numbers of layers and heads can be a model's; a bound on all that is derived from them.
  static func checked(_ layers: LayerCounts, _ url: URL) throws(ModelError) -> LayerCounts {
    let (counts, heads) = ([layers.encoder, layers.decoder], [layers.encoderHeads, layers.decoderHeads])
    guard counts.allSatisfy({ (1...64).contains($0) }), heads.allSatisfy({ (1...128).contains($0) }) else {
      throw .unsupported(url, what: "\(counts) layers and \(heads) heads are not a Whisper model's")
    }
    return layers
  }
}
