import Copilot
import Domain
import Foundation
import Storage
import TestSupport
import Testing

@Suite("The check of the index") struct IndexCheckTests {
  private func look(_ room: CopilotRoom, model: String? = nil) async -> HealthVerdict {
    await IndexCheck.make(room.store, model: model).run()
  }

  /// A wiki that was written so many seconds after the clock's now.
  private func writeWiki(_ room: CopilotRoom, _ text: String, after seconds: Double) throws {
    try room.write("company_wiki.md", "## Mulch\n\n\(text)\n")
    try FileManager.default.setAttributes(
      [.modificationDate: room.clock.wall.now().addingTimeInterval(seconds)],
      ofItemAtPath: room.folder.url.appending(path: "company_wiki.md").path)
  }

  @Test("an index that is missing where there is something to answer from is told, and nothing else")
  func missing() async throws {
    let room = try CopilotRoom()
    #expect(await look(room).level == .ok)
    try writeWiki(room, "Two inches.", after: -60)
    let verdict = await look(room)
    #expect(verdict.level == .warning && verdict.remedy?.contains("fieldos index build") == true)
    try await room.build()
    #expect(await look(room).level == .ok)
  }

  @Test("a file that changed since the build makes the index old")
  func old() async throws {
    let room = try CopilotRoom()
    try writeWiki(room, "Two inches.", after: -60)
    try await room.build()
    try writeWiki(room, "Three inches.", after: 60)
    let verdict = await look(room)
    #expect(verdict.level == .warning && verdict.detail.contains("company_wiki.md"))
  }

  @Test("an index of another model, or without the vectors of the one that is set, is told")
  func models() async throws {
    let room = try CopilotRoom()
    try writeWiki(room, "Two inches.", after: -60)
    try await room.build()
    #expect(await look(room, model: "m").detail.contains("words alone"))
    _ = try await room.index.build(model: "m") { texts in texts.map { _ in [1, 0] } }
    #expect(await look(room, model: "m").level == .ok)
    #expect(await look(room).level == .ok)
    let other = await look(room, model: "other")
    #expect(other.level == .warning && other.detail.contains("other"))
  }

  @Test("a copy of the stub is told")
  func stub() async throws {
    let room = try CopilotRoom()
    try room.write("stub.jsonl", #"{"id":"a","source":"wiki","title":"Mulch","content":"15% off."}"# + "\n")
    _ = try room.index.useStub(room.folder.url.appending(path: "stub.jsonl"))
    #expect(await look(room).detail.contains("stub"))
  }
}
