public import Foundation

/// Whisper's byte-level BPE tokenizer, read from a Hugging Face `tokenizer.json`.
public struct Tokenizer: Sendable {
  private let encoder: BytePairEncoder
  private let tokenBytes: [[UInt8]]  // by id; empty for special tokens
  private let specialIDs: [String: Int]
  /// One more than the highest id.
  public var count: Int { tokenBytes.count }

  /// - Throws: `ModelError.badFile` naming `tokenizer.json` and what is wrong with it.
  public init(contentsOf url: URL) throws(ModelError) {
    let file = try TokenizerFile(contentsOf: url)
    encoder = BytePairEncoder(vocabulary: file.vocabulary, merges: file.merges)
    specialIDs = file.added
    let highest = max(file.vocabulary.values.max() ?? -1, file.added.values.max() ?? -1)
    var bytes = [[UInt8]](repeating: [], count: highest + 1)
    for (token, id) in file.vocabulary where file.added[token] == nil { bytes[id] = ByteLevel.decode(token) }
    tokenBytes = bytes
  }

  /// Ids of plain text; no special tokens are added or recognised.
  public func encode(_ text: String) -> [Int] {
    ByteLevel.pieces(of: text).flatMap { encoder.encode(ByteLevel.encode(String($0).utf8)) }
  }

  /// Text of the ids; special tokens are left out, bytes that are not UTF-8 become U+FFFD.
  public func decode(_ ids: some Sequence<Int>) -> String {
    String(decoding: ids.flatMap { tokenBytes.indices.contains($0) ? tokenBytes[$0] : [] }, as: UTF8.self)
  }

  /// Id of a special token such as `<|startoftranscript|>`.
  public func special(_ name: String) -> Int? { specialIDs[name] }
}

/// The parts of `tokenizer.json` that a byte-level BPE needs.
private struct TokenizerFile {
  let vocabulary: [String: Int]
  let merges: [BytePairEncoder.Pair]
  let added: [String: Int]

  private struct JSON: Decodable {
    struct Model: Decodable {
      let vocab: [String: Int]
      let merges: [Merge]
    }
    struct Added: Decodable {
      let id: Int
      let content: String
    }
    let model: Model
    let added_tokens: [Added]
  }

  /// Old files write "left right", newer ones ["left", "right"].
  private struct Merge: Decodable {
    let pair: BytePairEncoder.Pair?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let parts: [String]
      if let list = try? container.decode([String].self) {
        parts = list
      } else {
        parts = try container.decode(String.self).split(separator: " ", maxSplits: 1).map(String.init)
      }
      pair = parts.count == 2 ? .init(left: parts[0], right: parts[1]) : nil
    }
  }

  init(contentsOf url: URL) throws(ModelError) {
    let json: JSON
    do {
      json = try JSONDecoder().decode(JSON.self, from: Data(contentsOf: url))
    } catch {
      throw .badFile(url, reason: "not a byte-level BPE tokenizer (\(ModelError.summary(of: error)))")
    }
    vocabulary = json.model.vocab
    merges = json.model.merges.compactMap(\.pair)
    added = Dictionary(json.added_tokens.map { ($0.content, $0.id) }, uniquingKeysWith: { first, _ in first })
    let ids = Array(vocabulary.values) + added.values
    guard let low = ids.min(), let high = ids.max(), low >= 0, high < 1_000_000 else {
      throw .badFile(url, reason: "token ids outside 0...999999")
    }
  }
}
