import Foundation

/// A faster-whisper model folder.
struct CTranslate2Folder {
  private let folder: URL
  private let vocabulary: URL
  private let config: Config

  struct Config: Decodable {
    let alignment_heads: [[Int]]?
    let suppress_ids_begin: [Int]?
  }

  init(_ folder: URL) throws(ModelError) {
    self.folder = folder
    let json = folder.appending(path: "vocabulary.json")
    let text = folder.appending(path: "vocabulary.txt")
    vocabulary =
      FileManager.default.fileExists(atPath: text.path) && !FileManager.default.fileExists(atPath: json.path)
      ? text : json
    config = try ModelSettings.decode(Config.self, MappedFile(contentsOf: folder.appending(path: "config.json")))
  }

  func describe(_ cache: PackedCache?) throws(ModelError) -> ModelDescription {
    let source = try CTranslate2File(MappedFile(contentsOf: folder.appending(path: "model.bin"))).source()
    let shape = try ModelShape(reading: source, bands: ModelSettings.bands(folder))
    let words = try readVocabulary(cache)
    guard words.listed == shape.vocabulary else {
      throw .vocabularyMismatch(vocabulary, tokens: words.listed, model: shape.vocabulary)
    }
    return ModelDescription(
      source: source, shape: shape, tokenizer: words.tokenizer, vocabularyFile: words.file,
      isMultilingual: words.listsEmptyToken, alignmentHeads: config.alignment_heads,
      suppressedFirst: config.suppress_ids_begin)
  }

  /// Tokens by id, in UTF-8: `vocabulary.json` is an array, `vocabulary.txt` has one a line.
  static func tokens(_ vocabulary: MappedFile) throws(ModelError) -> [[UInt8]] {
    let bytes = try vocabulary.small()
    if vocabulary.url.pathExtension == "txt" {
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
      return lines.last == [] ? lines.dropLast() : lines
    }
    var json = JSONScanner(bytes, vocabulary.url)
    var tokens: [[UInt8]] = []
    try json.begin(.array)
    while try json.nextElement() { tokens.append(try json.string()) }
    try json.end()
    return tokens
  }

  /// From the tokenizer's own files, or rebuilt from the vocabulary where a conversion left them out.
  private func readVocabulary(_ cache: PackedCache?) throws(ModelError) -> ModelVocabulary {
    let (list, found) = (try MappedFile(contentsOf: vocabulary), try TokenizerFiles.find(in: folder))
    let files = (found?.all ?? []) + [list]
    return try PackedCache.vocabulary(cache, files) { () throws(ModelError) in
      let tokens = try Self.tokens(list)
      let tokenizer =
        if let found { try found.read(modelVocabulary: tokens.count) } else { try Self.rebuilt(tokens) }
      return ModelVocabulary(
        tokenizer: tokenizer, file: files[0].url,
        listed: tokens.count, listsEmptyToken: tokens.contains(where: \.isEmpty))
    }
  }

  private static func rebuilt(_ tokens: [[UInt8]]) throws(ModelError) -> Tokenizer {
    guard let end = tokens.firstIndex(of: Array("<|endoftext|>".utf8)) else { throw .missingToken("<|endoftext|>") }
    let added = tokens[end...].enumerated().filter { !$1.isEmpty }.map {
      (String(decoding: $1, as: UTF8.self), end + $0)
    }
    let text = tokens[..<end].map(ByteLevel.bytes(ofUTF8:))
    return Tokenizer(ranked: text, added: Dictionary(added, uniquingKeysWith: min))
  }
}
