import Foundation

/// What a model's files say of its tokens.
struct ModelVocabulary {
  let tokenizer: Tokenizer
  /// The file that an error about the tokens names.
  let file: URL
  /// How many tokens the model's own list has.
  let listed: Int
  /// Whether that list has a token without text, the mark of multilingual models.
  let listsEmptyToken: Bool
}

// MARK: - Kept in a file

extension ModelVocabulary {
  private struct Facts: Codable {
    let file: String
    let listed: Int
    let listsEmptyToken: Bool
    let hasEmptyToken: Bool
    let added: [String: Int]
  }

  func add(to writer: PackedWriter) throws {
    tokenizer.add(to: writer)
    let facts = Facts(
      file: file.lastPathComponent, listed: listed, listsEmptyToken: listsEmptyToken,
      hasEmptyToken: tokenizer.hasEmptyToken, added: tokenizer.addedIDs)
    writer.add("facts", Buffer([UInt8](try JSONEncoder().encode(facts))))
  }

  /// - Parameter files: what the vocabulary was made from.
  /// - Returns: nil where the file isn't whole.
  init?(_ packed: PackedFile, files: [MappedFile]) {
    guard let bytes: Buffer<UInt8> = packed.buffer("facts"),
      let facts = try? JSONDecoder().decode(
        Facts.self, from: Data(UnsafeBufferPointer(start: bytes.base, count: bytes.count))),
      let file = files.first(where: { $0.url.lastPathComponent == facts.file })?.url,
      let tokenizer = Tokenizer(packed, added: facts.added, hasEmptyToken: facts.hasEmptyToken)
    else { return nil }
    self.init(tokenizer: tokenizer, file: file, listed: facts.listed, listsEmptyToken: facts.listsEmptyToken)
  }
}
