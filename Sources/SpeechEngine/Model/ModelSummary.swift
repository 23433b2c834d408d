public import Foundation

/// What a model's files say of it, read without loading the weights: every check that ``WhisperModel`` makes of the files
/// themselves, but none of the memory.
public struct ModelSummary: Sendable, Equatable {
  public let shape: ModelShape
  /// How most weights are stored: `float32`, `float16`, `bfloat16`, `int16`, `int8`, `q5_0` and the like.
  public let storedType: String

  /// - Parameter folder: what `WhisperModel(contentsOf:)` takes.
  /// - Throws: `ModelError`, naming the file and what is wrong with it.
  public init(folder: URL) throws(ModelError) {
    let files = try ModelPlace(folder).describe(nil)
    shape = files.shape
    guard files.tokenizer.count <= shape.vocabulary else {
      throw .vocabularyMismatch(files.vocabularyFile, tokens: files.tokenizer.count, model: shape.vocabulary)
    }
    storedType = Self.commonest(of: files.source.tensors.values)
  }

  /// Whether there is a model in one of the forms that `WhisperModel(contentsOf:)` takes; nothing of it is checked.
  public static func isModel(_ url: URL) -> Bool { (try? ModelPlace(url)) != nil }

  private static func commonest(of tensors: some Sequence<Tensor>) -> String {
    var bytes: [NumberFormat: Int] = [:]
    for tensor in tensors { bytes[tensor.format, default: 0] += tensor.byteCount }
    return bytes.max { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }.map { "\($0.key)" } ?? "nothing"
  }
}
