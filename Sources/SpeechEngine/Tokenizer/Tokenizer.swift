/// Whisper's byte-level BPE tokenizer.
public struct Tokenizer: Sendable {
  private let encoder: BytePairEncoder
  private let table: TokenTable
  private let added: AddedTokens
  /// Whether the vocabulary has a token without text, the mark of multilingual models.
  let hasEmptyToken: Bool
  /// One more than the highest id.
  public var count: Int { table.count }

  init(_ table: TokenTable, _ encoder: BytePairEncoder, added: [String: Int], hasEmptyToken: Bool) {
    self.table = table
    self.encoder = encoder
    self.added = AddedTokens(added)
    self.hasEmptyToken = hasEmptyToken
  }

  /// Ids of text. Steering tokens that the text spells, such as `<|en|>`, become their ids, as Hugging Face's tokenizers
  /// have it; none are added.
  public func encode(_ text: String) -> [Int] {
    added.split(text).flatMap { part in
      switch part {
      case .token(let id): [id]
      case .text(let text): ByteLevel.pieces(of: text).flatMap { encoder.encode(String($0).utf8) }
      }
    }
  }

  /// Text of the ids; special tokens are left out, bytes that are not UTF-8 become U+FFFD.
  public func decode(_ ids: some Sequence<Int>) -> String {
    String(decoding: ids.reduce(into: []) { table.append($1, to: &$0) }, as: UTF8.self)
  }

  /// Bytes of one token, which need not be whole characters; none for special tokens and unknown ids.
  package func bytes(of id: Int) -> [UInt8] { table.withBytes(of: id, Array.init) }

  /// Id of a special token such as `<|startoftranscript|>`.
  public func special(_ name: String) -> Int? { added.ids[name] }
}

// MARK: - Kept in a file

extension Tokenizer {
  var addedIDs: [String: Int] { added.ids }

  func add(to writer: PackedWriter) {
    table.add(to: writer)
    encoder.add(to: writer)
  }

  init?(_ file: PackedFile, added: [String: Int], hasEmptyToken: Bool) {
    guard let table = TokenTable(file), let encoder = BytePairEncoder(file, count: table.count),
      added.values.allSatisfy({ (0..<table.count).contains($0) })
    else { return nil }
    self.init(table, encoder, added: added, hasEmptyToken: hasEmptyToken)
  }
}
