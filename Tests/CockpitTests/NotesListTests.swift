import Cockpit
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Storage
import TestSupport
import Testing

@Suite("The list of notes") struct NotesListTests {
  private func add(_ room: NoteRoom, _ text: String, name: String, owner: ID<Owner> = Owner.local) throws {
    let draft = try room.store.drafts.begin(
      ownerID: owner, subject: DraftSubject(contactName: name, account: "\(name) Inc"))
    _ = try room.store.drafts.save(draft.id, text: text, basedOn: 0)
    room.clock.advance(60)
  }

  @Test("says so where there is nothing yet, and where nothing was found") func empty() async throws {
    let room = try NoteRoom()
    try await room.test { client async throws -> Void in
      #expect(try await client.get("/notes").text.contains("No notes yet. Tap Record after your next visit."))
      #expect(try await client.get("/notes?q=drain").text.contains("No notes match “drain”."))
      let hostile = try await client.get("/notes?q=%3Cscript%3E%22%27&account=%3Cb%3E&from=x&after=y&skip=-9&order=z")
      #expect(hostile.status == .ok && !hostile.text.contains("<script>\""))
      #expect(hostile.text.contains("&lt;script&gt;&quot;&#39;") && hostile.text.contains("Clear filters"))
    }
  }

  @Test("marks what was found and narrows by account") func found() async throws {
    let room = try NoteRoom()
    try add(room, "the French drain <b>", name: "Odile")
    try add(room, "mulch and drain", name: "Arne")
    try await room.test { client async throws -> Void in
      let all = try await client.get("/notes?q=drain").text
      #expect(all.contains("the French <mark>drain</mark> &lt;b&gt;") && all.contains("Arne"))
      let one = try await client.get("/notes?q=drain&account=Odile%20Inc").text
      #expect(one.contains(">Odile</a>") && !one.contains(">Arne</a>"))
      #expect(one.contains(#"<option value="Odile Inc" selected>"#))
    }
  }

  @Test("goes on with older notes, with the same search") func pages() async throws {
    let room = try NoteRoom()
    for index in 0..<25 { try add(room, "drain \(index)", name: "N\(index).") }
    try await room.test { client async throws -> Void in
      let first = try await client.get("/notes?q=drain").text
      #expect(first.contains(">N24.</a>") && !first.contains(">N4.</a>"))
      let next = try #require(first.firstMatch(of: /href="(\/notes\?q=drain&amp;order=newest&amp;after=\d+)"/)?.1)
      let second = try await client.get(String(next).replacing("&amp;", with: "&")).text
      #expect(second.contains(">N4.</a>") && second.contains(">N0.</a>") && !second.contains(">N5.</a>"))
      #expect(!second.contains("Older notes"))
    }
  }

  @Test("a note without a recording can be begun here") func begins() async throws {
    let room = try NoteRoom()
    try await room.test { client async throws -> Void in
      let reply = try await client.form("/notes")
      let path = try #require(reply.header("Location"))
      #expect(reply.status == .seeOther)
      #expect(
        try await client.get(String(path.prefix { $0 != "#" })).text.contains("Nothing was recorded for this note."))
    }
  }
}
