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

  @Test("text becomes the same ids") func encode() {
    for item in golden.cases where item.kind == "encode" {
      #expect(tokenizer.encode(item.text) == item.ids, "\(item.text.debugDescription)")
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
