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

  func describe() throws(ModelError) -> ModelDescription {
    let source = try CTranslate2File(MappedFile(contentsOf: folder.appending(path: "model.bin"))).source()
    let shape = try ModelShape(reading: source, bands: ModelSettings.bands(folder))
    let tokens = try Self.tokens(MappedFile(contentsOf: vocabulary))
    guard tokens.count == shape.vocabulary else {
      throw .vocabularyMismatch(vocabulary, tokens: tokens.count, model: shape.vocabulary)
    }
    let (tokenizer, file) = try readTokenizer(tokens)
    return ModelDescription(
      source: source, shape: shape, tokenizer: tokenizer, vocabularyFile: file,
      isMultilingual: tokens.contains(where: \.isEmpty), alignmentHeads: config.alignment_heads,
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
  private func readTokenizer(_ tokens: [[UInt8]]) throws(ModelError) -> (Tokenizer, URL) {
    if let found = try TokenizerFiles.read(folder, modelVocabulary: tokens.count) { return found }
    guard let end = tokens.firstIndex(of: Array("<|endoftext|>".utf8)) else { throw .missingToken("<|endoftext|>") }
    let added = tokens[end...].enumerated().filter { !$1.isEmpty }.map {
      (String(decoding: $1, as: UTF8.self), end + $0)
    }
    let text = tokens[..<end].map(ByteLevel.bytes(ofUTF8:))
    return (Tokenizer(ranked: text, added: Dictionary(added, uniquingKeysWith: min)), vocabulary)
  }
}
