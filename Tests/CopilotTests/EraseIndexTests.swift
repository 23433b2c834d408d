import Copilot
import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Erasing a person from the index") struct EraseIndexTests {
  @Test("chunks that name the person go from rows, spellings and file; the others stay")
  func erased() async throws {
    let room = try CopilotRoom.demo()
    let total = try await room.build().tally.total
    _ = try await room.copilot().ask(CopilotRoom.question("what does Odile Marsh want"))
    let subject = try #require(try room.store.erasures.who(.name("Odile Marsh")).first)
    let plan = try #require(try room.store.erasures.plan(subject))
    #expect(plan.ids["reference_chunks"]?.contains("crm_C0001") == true)
    let report = try Eraser(store: room.store, clock: room.clock.wall).erase(plan, by: Owner.local)
    #expect(report.residue.isEmpty)
    let left = try room.corpus()
    #expect(left.count < total && left.count > total - 6)
    #expect(!left.contains { ($0.names + $0.content).contains("Odile") })
    var words: Set<String> = []
    try room.store.references.words { word, _ in words.insert(word) }
    #expect(!words.contains("odile") && words.contains("drainage"))
    let file = try String(contentsOf: room.folder.url.appending(path: "reference_index.jsonl"), encoding: .utf8)
    #expect(!file.contains("Odile") && file.split(separator: "\n").count == left.count)
    #expect(try room.store.copilot.tally().lastQuery == "what does [erased] want")
    #expect(try Retriever(store: room.store).find("Odile Marsh")?.isAnswerable == false)
  }

  @Test("a copy that is written elsewhere loses the person's lines, too, and is searched")
  func elsewhere() async throws {
    let (room, other) = (try CopilotRoom.demo(), try TemporaryFolder())
    let copy = other.url.appending(path: "index.jsonl")
    _ = try await ReferenceIndex(store: room.store, file: copy, ownerID: Owner.local).build(model: "none", embed: nil)
    #expect(try String(contentsOf: copy, encoding: .utf8).contains("Odile"))
    let subject = try #require(try room.store.erasures.who(.name("Odile Marsh")).first)
    let plan = try #require(try room.store.erasures.plan(subject))
    let report = try Eraser(store: room.store, clock: room.clock.wall, indexCopy: copy).erase(plan, by: Owner.local)
    #expect(report.residue.isEmpty)
    let left = try String(contentsOf: copy, encoding: .utf8)
    #expect(!left.contains("Odile") && left.contains("drainage"))
  }
}
