import Foundation
import SpeechEngine
import Testing

@Suite("Tokenizer")
struct TokenizerTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let kind: String
      let text: String
      let ids: [Int]
    }
    let special: [String: Int]
    let cases: [Case]
  }
  let golden: Golden
  let tokenizer: Tokenizer

  init() throws {
    golden = try Goldens.json(Golden.self, "tokenizer.json")
    tokenizer = try Tokenizer(contentsOf: Goldens.demo.appending(path: "tokenizer.json"))
  }

  @Test("text becomes the same ids, spelled steering tokens included") func encode() {
    for item in golden.cases where item.kind.hasPrefix("encode") {
      #expect(tokenizer.encode(item.text) == item.ids, "\(item.text.debugDescription)")
    }
  }

  @Test("a tokenizer rebuilt from vocabulary.json gives the same ids") func rebuilt() throws {
    let folder = try ScratchFolder()
    let copy = folder.url.appending(path: "demo")
    try FileManager.default.copyItem(at: Goldens.demo, to: copy)
    try FileManager.default.removeItem(at: copy.appending(path: "tokenizer.json"))
    let model = try WhisperModel(contentsOf: copy)
    for item in golden.cases where item.kind.hasPrefix("encode") {
      #expect(model.tokenizer.encode(item.text) == item.ids, "\(item.text.debugDescription)")
    }
    #expect(model.suppressedTokens == (try WhisperModel(contentsOf: Goldens.demo)).suppressedTokens)
  }

  @Test("a token's bytes need not be whole characters, and steering tokens have none") func bytes() {
    let bytes = tokenizer.encode("é").map { tokenizer.bytes(of: $0) }
    #expect(bytes == [[0xC3], [0xA9]])
    #expect(tokenizer.bytes(of: golden.special["eot"] ?? 0).isEmpty && tokenizer.bytes(of: -1).isEmpty)
  }

  @Test(
    "JSON that is no tokenizer is refused",
    arguments: [
      "", "{", "[]", "{}", "null", #"{"model": {"vocab": {"a": -1}}}"#, #"{"model": {"vocab": {"a": 1e9}}}"#,
      #"{"model": {"vocab": {"a": 99999999999999999999}}}"#, #"{"model": {"vocab": {"a": 1000000}}}"#,
      #"{"model": {"vocab": {"a": 0}}} x"#, #"{"model": {"vocab": {"\uD8": 0}}}"#, #"{"added_tokens": [{"id": 1}]}"#,
      #"{"model": {"vocab": {"a": 0}, "merges": [["a"}}"#, #"{"a": "#, "{\"\u{1}\": 0}",
    ])
  func refused(text: String) {
    let name = URL(filePath: "/models/tokenizer.json")
    let file = MappedFile(bytes: Data(text.utf8), name: name)
    guard case .badFile(name, _) = #expect(throws: ModelError.self, performing: { try Tokenizer(json: file) }) else {
      Issue.record("not refused as a bad file")
      return
    }
  }

  @Test("nesting of a million brackets is refused, not followed", arguments: ["[", "{\"a\":"]) func nesting(
    bracket: String
  ) {
    let text = "{\"x\":" + String(repeating: bracket, count: 1_000_000)
    #expect(throws: ModelError.self) {
      try Tokenizer(json: MappedFile(bytes: Data(text.utf8), name: URL(filePath: "/models/tokenizer.json")))
    }
  }

  @Test("ids become the same text, broken UTF-8 included") func decode() {
    let end = golden.special["eot"] ?? 0
    for item in golden.cases where item.kind == "decode" {
      #expect(tokenizer.decode(item.ids.filter { $0 < end }) == item.text, "\(item.ids)")
    }
  }

  @Test("ids that don't exist are left out") func unknownIDs() {
    #expect(tokenizer.decode([-1, 1_000_000]) == "")
  }

  @Test("the suppressed tokens are faster-whisper's") func suppressed() throws {
    struct List: Decodable { let suppressed: [Int] }
    let expected = try Goldens.json(List.self, "tokenizer.json").suppressed
    let model = try WhisperModel(folder: Goldens.demo)
    #expect(model.suppressedTokens == expected)
  }
}
