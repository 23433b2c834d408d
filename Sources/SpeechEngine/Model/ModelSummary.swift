public import Foundation

/// What a model's files say of it, read without loading the weights: every check that ``WhisperModel`` makes of the files
/// themselves, but none of the memory.
public struct ModelSummary: Sendable, Equatable {
  public let shape: ModelShape
  /// How most weights are stored: `float32`, `float16`, `bfloat16`, `int16`, `int8`, `q5_0` and the like.
  public let storedType: String
  /// Numbers in matrices, rows of matrices, and numbers in all else.
  private let counts: [Int]

  /// - Parameter folder: what `WhisperModel(contentsOf:)` takes.
  /// - Throws: `ModelError`, naming the file and what is wrong with it.
  public init(folder: URL) throws(ModelError) {
    let files = try ModelPlace(folder).describe(nil)
    shape = files.shape
    guard files.tokenizer.count <= shape.vocabulary else {
      throw .vocabularyMismatch(files.vocabularyFile, tokens: files.tokenizer.count, model: shape.vocabulary)
    }
    storedType = Self.commonest(of: files.source.tensors.values)
    counts = Self.counts(of: files.source.tensors.values)
  }

  /// Bytes that the weights take in memory: matrices are kept in the compute type, the rest in float32. What the decoding of
  /// a recording takes comes on top while it lasts.
  public func weightBytes(_ type: ComputeType) -> Int {
    switch type {
    case .float32: 4 * (counts[0] + counts[2])
    case .int8: counts[0] + 4 * (counts[1] + counts[2])
    }
  }

  private static func counts(of tensors: some Sequence<Tensor>) -> [Int] {
    tensors.reduce(into: [0, 0, 0]) { counts, tensor in
      if tensor.shape.count == 2 {
        counts[0] += tensor.count
        counts[1] += tensor.shape[0]
      } else {
        counts[2] += tensor.count
      }
    }
  }

  /// Whether there is a model in one of the forms that `WhisperModel(contentsOf:)` takes; nothing of it is checked.
  public static func isModel(_ url: URL) -> Bool { (try? ModelPlace(url)) != nil }

  private static func commonest(of tensors: some Sequence<Tensor>) -> String {
    var bytes: [NumberFormat: Int] = [:]
    for tensor in tensors { bytes[tensor.format, default: 0] += tensor.byteCount }
    return bytes.max { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }.map { "\($0.key)" } ?? "nothing"
  }
}
