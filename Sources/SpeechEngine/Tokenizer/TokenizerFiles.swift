public import Foundation

extension Tokenizer {
  /// Reads a Hugging Face `tokenizer.json`.
  /// - Throws: `ModelError.badFile` naming the file and what is wrong with it.
  public init(contentsOf url: URL) throws(ModelError) {
    try self.init(json: MappedFile(contentsOf: url))
  }

  package init(json file: MappedFile) throws(ModelError) {
    var parts = VocabularyParts(url: file.url)
    var json = JSONScanner(try file.small(), file.url)
    try json.begin(.object)
    while let key = try json.nextKey() {
      switch String(decoding: key, as: UTF8.self) {
      case "model" where json.peek() == UInt8(ascii: "{"): try parts.readModel(&json)
      case "added_tokens" where json.peek() == UInt8(ascii: "["): try parts.readAdded(&json)
      default: try json.skip()
      }
    }
    try json.end()
    try self.init(parts)
  }

  /// Reads `vocab.json`, `merges.txt` and, where it is there, `added_tokens.json`; without it the steering tokens follow
  /// from the size of the model's vocabulary.
  init(
    vocabulary: MappedFile, merges: MappedFile, added: MappedFile?, modelVocabulary: Int
  ) throws(ModelError) {
    var parts = VocabularyParts(url: vocabulary.url)
    var json = JSONScanner(try vocabulary.small(), vocabulary.url)
    try parts.readVocabulary(&json)
    try json.end()
    for line in try merges.small().split(separator: UInt8(ascii: "\n")) {
      if !line.starts(with: "#version".utf8) { parts.addMerge(Array(line)) }
    }
    if let added {
      var json = JSONScanner(try added.small(), added.url)
      try json.begin(.object)
      while let key = try json.nextKey() { parts.added[String(decoding: key, as: UTF8.self)] = try json.integer() }
      try json.end()
    } else {
      let end = parts.vocabulary.first { $0.text == Array("<|endoftext|>".utf8) }?.id ?? parts.vocabulary.count
      parts.added = try SpecialTokens.layout(endOfText: end, vocabulary: modelVocabulary, vocabulary.url)
    }
    try self.init(parts)
  }

  private init(_ parts: VocabularyParts) throws(ModelError) {
    let ids = parts.vocabulary.map(\.id) + parts.added.values
    guard let low = ids.min(), let high = ids.max(), low >= 0, high < 1_000_000 else {
      throw .badFile(parts.url, reason: "not a byte-level BPE tokenizer (no tokens, or ids outside 0...999999)")
    }
    let added = Set(parts.added.values)
    let texts = parts.vocabulary.filter { !added.contains($0.id) }.map {
      (id: $0.id, bytes: ByteLevel.bytes(ofUTF8: $0.text))
    }
    let table = TokenTable(count: high + 1, texts: texts)
    let pairs = parts.merges.compactMap { left, right -> (left: Int, right: Int, joined: Int)? in
      let (left, right) = (ByteLevel.bytes(ofUTF8: left), ByteLevel.bytes(ofUTF8: right))
      guard let joined = table.id(of: left + right), let left = table.id(of: left), let right = table.id(of: right)
      else {
        return nil
      }
      return (left, right, joined)
    }
    self.init(
      table, BytePairEncoder(table, pairs: pairs), added: parts.added,
      hasEmptyToken: parts.vocabulary.contains { $0.text.isEmpty })
  }

  /// Tokens by id, without merges: the lowest id merges first. From the first steering token on, ids hold no text.
  /// - Parameters:
  ///   - tokens: bytes of the text tokens by id.
  ///   - added: the steering tokens.
  init(ranked tokens: [[UInt8]], added: [String: Int]) {
    let end = min(tokens.count, added.values.min() ?? tokens.count)
    let table = TokenTable(
      count: max(tokens.count, (added.values.max() ?? -1) + 1),
      texts: tokens.prefix(end).enumerated().map { (id: $0, bytes: $1) })
    self.init(
      table, BytePairEncoder(ranksFollowIDs: table), added: added,
      hasEmptyToken: tokens.prefix(end).contains(where: \.isEmpty))
  }
}

/// The files of a Hugging Face tokenizer in a model folder.
enum TokenizerFiles {
  case whole(MappedFile)
  case parts(vocabulary: MappedFile, merges: MappedFile, added: MappedFile?)

  /// nil where there are none.
  static func find(in folder: URL) throws(ModelError) -> TokenizerFiles? {
    func file(_ name: String) throws(ModelError) -> MappedFile? {
      let url = folder.appending(path: name)
      return FileManager.default.fileExists(atPath: url.path) ? try MappedFile(contentsOf: url) : nil
    }
    if let whole = try file("tokenizer.json") { return .whole(whole) }
    guard let vocabulary = try file("vocab.json"), let merges = try file("merges.txt") else { return nil }
    return .parts(vocabulary: vocabulary, merges: merges, added: try file("added_tokens.json"))
  }

  var all: [MappedFile] {
    switch self {
    case .whole(let file): [file]
    case .parts(let vocabulary, let merges, let added): [vocabulary, merges] + (added.map { [$0] } ?? [])
    }
  }

  func read(modelVocabulary: Int) throws(ModelError) -> Tokenizer {
    switch self {
    case .whole(let file): try Tokenizer(json: file)
    case .parts(let vocabulary, let merges, let added):
      try Tokenizer(vocabulary: vocabulary, merges: merges, added: added, modelVocabulary: modelVocabulary)
    }
  }
}

/// What the files of a byte-level BPE say, texts still in the byte-level alphabet.
private struct VocabularyParts {
  let url: URL
  var vocabulary: [(text: [UInt8], id: Int)] = []
  var merges: [(left: [UInt8], right: [UInt8])] = []
  var added: [String: Int] = [:]

  mutating func readModel(_ json: inout JSONScanner) throws(ModelError) {
    try json.begin(.object)
    while let key = try json.nextKey() {
      switch String(decoding: key, as: UTF8.self) {
      case "vocab": try readVocabulary(&json)
      case "merges": try readMerges(&json)
      default: try json.skip()
      }
    }
  }

  mutating func readVocabulary(_ json: inout JSONScanner) throws(ModelError) {
    try json.begin(.object)
    while let text = try json.nextKey() { vocabulary.append((text, try json.integer())) }
  }

  /// Old files write "left right", newer ones ["left", "right"].
  private mutating func readMerges(_ json: inout JSONScanner) throws(ModelError) {
    try json.begin(.array)
    while try json.nextElement() {
      if json.peek() == UInt8(ascii: "[") {
        try json.begin(.array)
        let left = try json.nextElement() ? try json.string() : []
        let right = try json.nextElement() ? try json.string() : []
        while try json.nextElement() { try json.skip() }
        merges.append((left, right))
      } else {
        addMerge(try json.string())
      }
    }
  }

  mutating func addMerge(_ line: [UInt8]) {
    guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return }
    let end = line.last == UInt8(ascii: "\r") ? line.count - 1 : line.count
    merges.append((Array(line[..<space]), Array(line[(space + 1)..<end])))
  }

  mutating func readAdded(_ json: inout JSONScanner) throws(ModelError) {
    try json.begin(.array)
    while try json.nextElement() {
      var (id, content): (Int?, String?)
      try json.begin(.object)
      while let key = try json.nextKey() {
        switch String(decoding: key, as: UTF8.self) {
        case "id": id = try json.integer()
        case "content": content = String(decoding: try json.string(), as: UTF8.self)
        default: try json.skip()
        }
      }
      guard let id, let content else { throw .badFile(url, reason: "an added token without id or content") }
      if added[content] == nil { added[content] = id }
    }
  }
}
