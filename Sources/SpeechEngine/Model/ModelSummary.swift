public import Foundation

/// What a model folder says of itself, read without loading the weights: every check that ``WhisperModel`` makes of the
/// folder's files, but none of the memory.
public struct ModelSummary: Sendable, Equatable {
  public let shape: ModelShape
  /// How most weights are stored: `float32`, `float16`, `bfloat16`, `int16` or `int8`.
  public let storedType: String

  /// - Throws: `ModelError`, naming the file and what is wrong with it.
  public init(folder: URL) throws(ModelError) {
    let files = try ModelFolder(folder)
    let file = try CTranslate2File(contentsOf: files.modelBin)
    shape = try ModelShape(reading: file, bands: files.bands)
    let tokenizer = try Tokenizer(contentsOf: files.tokenizer)
    let vocabulary = try files.readVocabulary()
    guard vocabulary.count == shape.vocabulary else {
      throw .vocabularyMismatch(files.vocabulary, tokens: vocabulary.count, model: shape.vocabulary)
    }
    guard tokenizer.count <= shape.vocabulary else {
      throw .vocabularyMismatch(files.tokenizer, tokens: tokenizer.count, model: shape.vocabulary)
    }
    storedType = Self.commonest(of: file.variables.values)
  }

  private static func commonest(of variables: some Sequence<CTranslate2File.Variable>) -> String {
    var bytes: [CTranslate2File.ElementType: Int] = [:]
    for variable in variables { bytes[variable.type, default: 0] += variable.count * variable.type.bytes }
    return bytes.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }.map { "\($0.key)" } ?? "nothing"
  }
}
