import Cockpit
import Copilot
import Domain
import Foundation
import HTTPTypes
import Storage
import TestSupport
import Testing

@Suite("Asking on a page") struct AskTests {
  /// Two customers of two reps, and a section of the wiki.
  private func room() throws -> CockpitRoom {
    let room = try CockpitRoom { $0.copilot = CopilotConfiguration() }
    func customer(_ id: String, _ account: String, _ rep: String, _ region: String) -> ReferenceChunk {
      var facts = ReferenceFacts()
      (facts.account, facts.rep, facts.region, facts.customerID) = (account, rep, region, id)
      return ReferenceChunk(
        id: "crm_\(id)", source: .crm, title: account, path: [account], content: "Wants brown mulch at \(account).",
        facts: facts)
    }
    let wiki = ReferenceChunk(
      id: "wiki_mulch colors/1", source: .wiki, title: "Mulch colors", path: ["Mulch colors"],
      content: "Brown mulch is in stock. <b>Not</b> black.")
    _ = try room.store.references.replace(
      ownerID: Owner.local, model: "none",
      chunks: [
        customer("C1", "Acme HOA", "Rosa Rep", "North"), customer("C2", "Bell Court", "Jonas Petrak", "South"), wiki,
      ])
    return room
  }

  @Test("a question that is narrowed to a rep leaves the others' customers out, and the page keeps the choice")
  func narrowed() async throws {
    let room = try room()
    let all = try await room.rep.post("/ask", form: ["question": "brown mulch"]).text
    #expect(all.contains("at Acme HOA") && all.contains("at Bell Court"))
    let page = try await room.rep.post("/ask", form: ["question": "brown mulch", "rep": "Rosa Rep"]).text
    #expect(page.contains("at Acme HOA") && !page.contains("at Bell Court") && page.contains("in stock"))
    #expect(page.contains("<option selected>Rosa Rep</option>"))
  }

  @Test("what can be narrowed to is what the index has")
  func places() async throws {
    let room = try room()
    let reply = try await room.rep.get("/ask/places", json: true).text
    #expect(
      reply == #"{"accounts":["Acme HOA","Bell Court"],"regions":["North","South"],"reps":["Jonas Petrak","Rosa Rep"]}"#
    )
    #expect(try await room.nobody.get("/ask/places", json: true).status != .ok)
  }

  @Test("each source of an answer leads to a page with its words and the way to the whole")
  func source() async throws {
    let room = try room()
    let page = try await room.rep.post("/ask", form: ["question": "is brown mulch in stock"]).text
    let link = try #require(page.firstMatch(of: /href="(\/ask\/source\?id=wiki[^"]*)"/)).output.1
    let source = try await room.rep.get(String(link).replacing("&amp;", with: "&"))
    #expect(source.status == .ok && source.text.contains("Brown mulch is in stock. &lt;b&gt;Not&lt;/b&gt; black."))
    #expect(source.text.contains("/reference/wiki#mulch-colors"))
    #expect(try await room.rep.get("/ask/source?id=nothing").status == .notFound)
    #expect(try await room.rep.get("/ask/source").status == .notFound)
  }
}
