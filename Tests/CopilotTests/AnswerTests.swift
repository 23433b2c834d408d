import Copilot
import Domain
import Endpoints
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("Answers") struct AnswerTests {
  @Test("a quoted answer is made of whole sentences of the sources that it cites")
  func quoted() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let answer = try await room.copilot().ask(CopilotRoom.question("What does a late invoice cost?"))
    #expect(answer.way == .quoted && !answer.isFallback && !answer.sentences.isEmpty)
    #expect(answer.text.contains("1.5 percent"))
    for sentence in answer.sentences {
      let cited = answer.citations.filter { sentence.citations.contains($0.number) }
      #expect(!cited.isEmpty && cited.allSatisfy { $0.chunk.content.contains(sentence.text) }, "\(sentence.text)")
    }
  }

  @Test("what the references don't say is refused, and counted as that")
  func refused() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let answer = try await room.copilot().ask(CopilotRoom.question("What is our parental leave policy?"))
    #expect(answer.way == .refused && answer.sentences.isEmpty)
    let tally = try room.store.copilot.tally()
    #expect(tally.requests == 1 && tally.refusals == 1 && tally.fallbacks == 0)
  }

  @Test("without an index the answer says so")
  func noIndex() async throws {
    let room = try CopilotRoom()
    let answer = try await room.copilot().ask(CopilotRoom.question("mulch"))
    #expect(answer.way == .noIndex && answer.notices == [.noIndex])
  }

  @Test("a brief has values, promotion, price and upsells of the service, each with its source")
  func brief() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let answer = try await room.copilot().ask(CopilotRoom.question("how should I position mulch to Samir?"))
    let brief = try #require(answer.brief)
    #expect(answer.way == .brief && !answer.isFallback && brief.service == "Seasonal Cleanup + Mulch")
    #expect(brief.values.contains { $0.text == "One visit instead of two" })
    #expect(brief.promos.contains { $0.text.contains("15% off") })
    #expect(brief.prices.map(\.text) == ["$1,850 per season base price"])
    let numbers = Set(answer.citations.map(\.number))
    #expect(answer.sentences.allSatisfy { numbers.isSuperset(of: $0.citations) })
    #expect(answer.sentences.first?.text.hasPrefix("Value props: ") == true)
    #expect(try room.store.copilot.tally().briefs == 1)
  }

  @Test("a brief about another service, another account and an old snapshot are told")
  func notices() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    var question = CopilotRoom.question("how do I pitch snow to Cedar Logistics?")
    (question.account, question.service) = ("Acme HOA", "Seasonal Cleanup + Mulch")
    let notices = try await room.copilot().ask(question).notices
    #expect(notices.contains(.otherAccount("Cedar Logistics")))
    #expect(notices.contains(.otherService(cited: "Snow and Ice Management", own: "Seasonal Cleanup + Mulch")))
    #expect(notices.contains(.staleSnapshot(lastUpdated: "2026-05-14T05:42:00Z")))
  }

  @Test("a canned answer comes for the same question whatever its case, in modes without an endpoint only")
  func canned() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    try room.write(
      "canned.json",
      #"[{"query":"Mulch promo?","answer":"15% off.","citations":[{"source":"wiki","title":"Pricing rules"}]}, 7]"#)
    let file = room.folder.url.appending(path: "canned.json")
    for (mode, isCanned) in [(CopilotConfiguration.Mode.stub, true), (.keyword, true), (.live, false)] {
      let copilot = room.copilot { ($0.mode, $0.cannedFile) = (mode, file) }
      let answer = try await copilot.ask(CopilotRoom.question("MULCH PROMO? "))
      #expect((answer.way == .canned) == isCanned && answer.isFallback == isCanned)
      if isCanned { #expect(answer.citations.first?.chunk.title == "Pricing rules") }
    }
  }

  @Test("saved notes are a source where that is set, and only one's own")
  func notes() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let draft = try room.store.drafts.begin(ownerID: Owner.local)
    _ = try room.store.drafts.save(
      draft.id, text: "Zebra fountain leaks at the north gate.", basedOn: 0, origin: .typed)
    let question = CopilotRoom.question("zebra fountain leaks")
    #expect(try await room.copilot().ask(question).way == .refused)
    let copilot = room.copilot { $0.searchesNotes = true }
    let answer = try await copilot.ask(question)
    #expect(answer.text == "Zebra fountain leaks at the north gate." && answer.cited.map(\.source) == [.note])
    var other = question
    other.ownerID = ID("somebody else")
    #expect(try await copilot.ask(other).way == .refused)
  }

  @Test("in privacy mode the last question is a hash under a key of the installation, and never words")
  func privacy() async throws {
    let (room, other) = (try CopilotRoom(), try CopilotRoom())
    for room in [room, other] {
      _ = try await room.copilot { $0.isPrivate = true }.ask(CopilotRoom.question("Mulch for Samir"))
    }
    let (tally, elsewhere) = (try room.store.copilot.tally(), try other.store.copilot.tally())
    #expect(tally.lastQuery == nil && tally.lastHash?.count == 12 && tally.lastHash != elsewhere.lastHash)
    let again = try await room.copilot { $0.isPrivate = true }.ask(CopilotRoom.question("  mulch for samir"))
    #expect(again.way == .noIndex)
    #expect(try room.store.copilot.tally().lastHash == tally.lastHash)
    _ = try await room.copilot().ask(CopilotRoom.question("Snow"))
    #expect(try room.store.copilot.tally().lastQuery == "Snow" && room.store.copilot.tally().lastHash == nil)
    let events = try room.store.events.after(0, limit: 100, kindPrefix: "copilot.")
    #expect(events.count == 3 && !events.contains { $0.json.lowercased().contains("mulch") })
  }

  @Test("the sources come before the first sentence, and the whole at last")
  func order() async throws {
    let room = try CopilotRoom.demo()
    try await room.build()
    let told = Mutex<[String]>([])
    _ = try await room.copilot().ask(CopilotRoom.question("What does a late invoice cost?")) { event in
      let name =
        switch event {
        case .sources: "sources"
        case .sentence: "sentence"
        case .again: "again"
        case .done: "done"
        }
      told.withLock { if $0.last != name { $0.append(name) } }
    }
    #expect(told.withLock { $0 } == ["sources", "sentence", "done"])
  }
}
