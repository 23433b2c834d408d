import Copilot
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("The index") struct IndexTests {
  private static let wiki = "# Wiki\n\n## Mulch\n\nTwo inches of brown mulch.\n\n## Snow\n\nPlows leave at one inch.\n"

  private func lines(_ room: CopilotRoom) throws -> [[String: Any]] {
    let text = try String(contentsOf: room.folder.url.appending(path: "reference_index.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test("each heading is a chunk with the path to it, and the title of the whole is none")
  func headings() async throws {
    let room = try CopilotRoom()
    try room.write(
      "company_wiki.md",
      "# Wiki\n\n## Money\n\nDue in 30 days.\n\n### Cards\n\n| Card | Fee |\n|---|---|\n| Any | 2.9 % |\n")
    try await room.build()
    let chunks = try room.corpus()
    #expect(chunks.map(\.id) == ["wiki_cards_1", "wiki_money_1"])
    #expect(chunks.map(\.path) == [["Money", "Cards"], ["Money"]])
    #expect(chunks[0].content == "Card: Any; Fee: 2.9 %.")
  }

  @Test("a long section is cut into pieces that overlap and lose no word")
  func pieces() async throws {
    let room = try CopilotRoom()
    let words = (0..<900).map { "word\($0)" }
    try room.write("company_wiki.md", "## Long\n\n" + words.joined(separator: " ") + "\n")
    try await room.build()
    let chunks = try room.corpus()
    #expect(chunks.count > 4)
    let all = Set(chunks.flatMap { $0.content.split(separator: " ").map(String.init) })
    #expect(all == Set(words))
    let count = chunks.reduce(0) { $0 + $1.content.split(separator: " ").count }
    #expect(count > words.count && count < words.count * 5 / 4)
  }

  @Test("the file has the prototype's fields, and its meta tells model and count")
  func shape() async throws {
    let room = try CopilotRoom.demo()
    let outcome = try await room.build()
    let all = try lines(room)
    #expect(all.count == outcome.tally.total)
    let price = try #require(all.first { $0["id"] as? String == "pricing_weekly-mowing" })
    let fields = ["id", "vector", "source", "title", "content", "url", "tags", "value_props", "discount", "metadata"]
    #expect(Set(price.keys) == Set(fields))
    let metadata = try #require(price["metadata"] as? [String: Any])
    let known = [
      "category", "record_type", "customer_id", "service", "stage", "assigned_rep", "base_price", "upsells",
      "pricing_unit", "value_props", "last_updated",
    ]
    #expect(Set(known).isSubset(of: Set(metadata.keys).union(["customer_id", "stage", "assigned_rep"])))
    #expect(metadata["base_price"] as? Double == 3_400)
    let meta = try Data(contentsOf: room.folder.url.appending(path: "reference_index.meta.json"))
    let object = try #require(try JSONSerialization.jsonObject(with: meta) as? [String: Any])
    #expect(object["model"] as? String == "none" && object["doc_count"] as? Int == all.count)
    #expect(object["built_at"] as? String == "2026-11-22T12:00:00.000Z")
  }

  @Test("a build again changes only what changed, and what is gone is not found any more")
  func incremental() async throws {
    let room = try CopilotRoom()
    try room.write("company_wiki.md", Self.wiki)
    #expect(try await room.build().tally.added == 2)
    let seq = try room.store.events.lastSeq()
    #expect(try await room.build().tally.unchanged == 2)
    #expect(try room.store.events.lastSeq() == seq)
    try room.write("company_wiki.md", "# Wiki\n\n## Mulch\n\nThree inches of brown mulch.\n")
    let tally = try await room.build().tally
    #expect(tally.changed == 1 && tally.removed == 1 && tally.added == 0 && tally.unchanged == 0)
    let found = try #require(try Retriever(store: room.store).find("plows"))
    #expect(!found.isAnswerable && found.hits.isEmpty)
    var words: [String: Int] = [:]
    try room.store.references.words { words[$0] = $1 }
    #expect(words["plows"] == nil && words["three"] == 1 && words["mulch"] == 1)
  }

  @Test("a word that gets rarer is counted so, when its piece changed and when it went")
  func rarer() async throws {
    let room = try CopilotRoom()
    let shared = "# Wiki\n\n## Mulch\n\nBrown mulch.\n\n## Beds\n\nMulch in beds.\n\n## Trees\n\nMulch on roots.\n"
    try room.write("company_wiki.md", shared)
    #expect(try await room.build().tally.added == 3)
    func pieces(of word: String) throws -> Int? {
      var words: [String: Int] = [:]
      try room.store.references.words { words[$0] = $1 }
      return words[word]
    }
    #expect(try pieces(of: "mulch") == 3)
    try room.write("company_wiki.md", shared.replacingOccurrences(of: "Mulch in beds", with: "Bark in beds"))
    #expect(try await room.build().tally.changed == 1)
    #expect(try pieces(of: "mulch") == 2)
    try room.write("company_wiki.md", "# Wiki\n\n## Mulch\n\nBrown mulch.\n")
    #expect(try await room.build().tally.removed == 2)
    #expect(try pieces(of: "mulch") == 1 && pieces(of: "roots") == nil)
  }

  @Test("only chunks that changed are embedded")
  func embedded() async throws {
    let room = try CopilotRoom()
    try room.write("company_wiki.md", Self.wiki)
    let embed: ReferenceIndex.Embedder = { texts in texts.map { [Float($0.utf8.count), 1] } }
    #expect(try await room.index.build(model: "m", embed: embed).embedded == 2)
    #expect(try await room.index.build(model: "m", embed: embed).embedded == 0)
    try room.write("company_wiki.md", Self.wiki.replacingOccurrences(of: "one inch", with: "two inches"))
    #expect(try await room.index.build(model: "m", embed: embed).embedded == 1)
    #expect(try await room.index.build(model: "other", embed: embed).embedded == 2)
    #expect(try lines(room).allSatisfy { ($0["vector"] as? [Double])?.count == 2 })
  }

  @Test("where embedding fails, words are searched all the same")
  func embeddingFails() async throws {
    let room = try CopilotRoom()
    try room.write("company_wiki.md", Self.wiki)
    struct Broken: Error {}
    await #expect(throws: Broken.self) { try await room.index.build(model: "m") { _ in throw Broken() } }
    #expect(try Retriever(store: room.store).find("brown mulch")?.isAnswerable == true)
  }

  @Test("a stub is copied as it is; one that is damaged changes nothing")
  func stub() async throws {
    let room = try CopilotRoom()
    try room.write(
      "stub.jsonl", #"{"id":"a","vector":[1],"source":"playbook","title":"Mulch","content":"15% off mulch."}"# + "\n")
    let outcome = try room.index.useStub(room.folder.url.appending(path: "stub.jsonl"))
    #expect(outcome.isStub && outcome.tally.added == 1)
    #expect(try room.store.references.build()?.model == "stub")
    try room.write("stub.jsonl", "{torn\n")
    #expect(throws: CopilotError.damaged(file: "stub.jsonl", line: 1)) {
      try room.index.useStub(room.folder.url.appending(path: "stub.jsonl"))
    }
    #expect(try room.corpus().map(\.id) == ["a"])
  }

  @Test("scrubbing empties index and files")
  func scrub() async throws {
    let room = try CopilotRoom.demo()
    let total = try await room.build().tally.total
    #expect(try room.index.scrub() == total)
    #expect(try room.corpus().isEmpty && room.store.references.build() == nil)
    #expect(!room.folder.names(in: ".").contains { $0.hasPrefix("reference_index") })
    #expect(try room.index.scrub() == 0)
  }

  @Test(
    "files that are none of ours are refused or skipped, and never crash",
    arguments: [
      ("pricing.json", "{torn"), ("pricing.json", "[]"), ("playbooks.json", "7"),
      ("contact_intel.json", "{\"A\": \(String(repeating: "[", count: 3_000))"),
    ])
  func hostile(name: String, text: String) async throws {
    let room = try CopilotRoom()
    try room.write("company_wiki.md", Self.wiki)
    try room.write(name, text)
    await #expect(throws: CopilotError.damaged(file: name, line: nil)) { try await room.build() }
  }

  @Test("values of the wrong kind are left out")
  func wrongKinds() async throws {
    let room = try CopilotRoom()
    try room.write(
      "pricing.json", #"{"Mow": {"base_price": "x", "upsells": [7, {"name": 1}], "discount": "5% off"}, "B": 3}"#)
    try room.write("company_wiki.md", "\u{0}## \u{7}\n|||\n|-|\n| a\n")
    try await room.build()
    #expect(try room.corpus().contains { $0.content == "Discount: 5% off." })
  }
}
