import Cockpit
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Storage
import TestSupport
import Testing

@Suite("The page of a note") struct NotePageTests {
  private let words = [
    ("Wants", 0.0, 0.9), ("a", 0.5, 0.98), ("French", 1.0, 0.5), ("drain.", 1.5, 0.4), ("<b>", 2.0, 0.9),
  ]

  @Test("shows words with their times, those to check, and how sure it is") func heard() async throws {
    let room = try NoteRoom()
    let clip = try room.record()
    room.clock.advance(11.6)
    try room.hear(clip, words)
    let id = try room.draft(of: clip).id
    try await room.test { client async throws -> Void in
      let page = try await client.get("/notes/\(id)")
      #expect(page.status == .ok)
      #expect(page.text.contains(#"<span class="doubt"><span data-s="1.00" data-e="1.40">French</span>"#))
      #expect(page.text.contains("1 word to check"))
      #expect(page.text.contains("94.2% sure overall. Ready at ") && page.text.contains(", 11.6 s after you stopped."))
      #expect(page.text.contains("&lt;b&gt;") && !page.text.contains("<b>\n"))
      #expect(!page.text.contains("><b></span>"))
      #expect(page.text.contains(">\nWants a French drain. &lt;b&gt;</textarea>"))
    }
  }

  @Test("without a transcript says why and what to do") func waiting() async throws {
    let room = try NoteRoom()
    let clip = try room.record()
    let id = try room.draft(of: clip).id
    try await room.test { client async throws -> Void in
      let text = try await client.get("/notes/\(id)").text
      #expect(text.contains("High-accuracy transcript follows. You can write already."))
    }
    let off = try NoteRoom { $0.makesTranscripts = false }
    let other = try off.draft(of: off.record()).id
    try await off.test { client async throws -> Void in
      let text = try await client.get("/notes/\(other)").text
      #expect(text.contains("High-accuracy transcript is off") && text.contains("FIELDOS_FINAL_WORKER_ENABLED=true"))
    }
    let job = try #require(try room.store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)))
    try room.store.jobs.fail(job, owner: "w", error: "broken", permanent: true)
    try await room.test { client async throws -> Void in
      let failed = try await client.get("/notes/\(id)").text
      #expect(failed.contains("No transcript for this recording"))
      let again = try await client.form("/notes/\(id)/again").status
      #expect(again == .seeOther)
      let waits = try await client.get("/notes/\(id)").text
      #expect(waits.contains("High-accuracy transcript follows."))
    }
  }

  @Test("a low certainty is said before the note is sent") func low() async throws {
    let room = try NoteRoom()
    let clip = try room.record()
    try room.hear(clip, words, confidence: 0.41)
    let id = try room.draft(of: clip).id
    try await room.test { client async throws -> Void in
      #expect(try await client.get("/notes/\(id)").text.contains("41.0% sure overall. Listen to the dotted words"))
    }
  }

  @Test("another's note is not shown, a missing one neither") func others() async throws {
    let room = try NoteRoom()
    let foreign = try room.store.drafts.begin(ownerID: ID("other"))
    #expect(try await room.room.manager.get("/notes/\(foreign.id)").status == .ok)
    #expect(try await room.room.nobody.get("/notes/\(foreign.id)").status == .seeOther)
    for path in ["", "/draft", "/versions", "/audio", "/wave", "/transcript/txt"] {
      #expect(try await room.room.rep.get("/notes/\(foreign.id)\(path)").status == .forbidden)
    }
    for path in ["draft", "versions/1", "correction", "again", "delete", "restore"] {
      #expect(try await room.room.rep.post("/notes/\(foreign.id)/\(path)").status == .forbidden)
    }
    try await room.test { client async throws -> Void in
      #expect(try await client.get("/notes/none").status == .notFound)
      for path in ["audio", "wave", "transcript/txt", "versions", "draft"] {
        #expect(try await client.get("/notes/none/\(path)").status == .notFound)
      }
    }
  }

  @Test("a draft saves, with its version and what was heard meanwhile") func saves() async throws {
    let room = try NoteRoom()
    let clip = try room.record()
    let id = try room.draft(of: clip).id
    try await room.test { client async throws -> Void in
      let first = try await client.send("/notes/\(id)/draft", #"{"text":"typed","basedOn":0,"editor":"e"}"#)
      #expect(first.status == .ok && first.text.contains(#""version":1"#))
      try room.hear(clip, [("heard", 0, 1)])
      let merged = try await client.send("/notes/\(id)/draft", #"{"text":"typed on","basedOn":1,"editor":"e"}"#)
      #expect(merged.text.contains(#""text":"typed on\nheard""#))
      let form = try await client.form("/notes/\(id)/draft", ["basedOn": "3", "text": "a\r\nb"])
      #expect(form.status == .seeOther && form.header("Location") == "/notes/\(id)#draft")
    }
    #expect(try room.store.drafts.find(id)?.text == "a\nb")
  }

  @Test("a conflict is told, both are kept, and either can be taken") func conflict() async throws {
    let room = try NoteRoom()
    let draft = try room.store.drafts.begin(ownerID: Owner.local)
    try await room.test { client async throws -> Void in
      _ = try await client.send("/notes/\(draft.id)/draft", #"{"text":"yours","basedOn":0,"editor":"you"}"#)
      let reply = try await client.send("/notes/\(draft.id)/draft", #"{"text":"mine","basedOn":0,"editor":"me"}"#)
      #expect(reply.status == .conflict)
      #expect(reply.text.contains("Both are kept.") && reply.text.contains("/versions?compare=2"))
      #expect(try await client.get("/notes/\(draft.id)").text.contains("This note was changed elsewhere"))
      let compared = try await client.get("/notes/\(draft.id)/versions?compare=2").text
      #expect(compared.contains("<del>mine</del>") && compared.contains("<ins>yours</ins>"))
      #expect(try await client.form("/notes/\(draft.id)/versions/2").status == .seeOther)
      let after = try await client.get("/notes/\(draft.id)").text
      #expect(after.contains(">\nmine</textarea>") && after.contains("data-conflict hidden"))
    }
  }

  @Test("a correction stands beside what was heard, and goes back") func corrects() async throws {
    let room = try NoteRoom()
    let clip = try room.record()
    try room.hear(clip, [("from", 0, 1), ("Green", 1, 0.5), ("wall", 2, 0.5)])
    let id = try room.draft(of: clip).id
    let heard = try #require(try room.store.transcripts.find(clip.id))
    try await room.test { client async throws -> Void in
      let path = "/notes/\(id)/correction"
      #expect(
        try await client.form(path, ["transcript": "\(heard.id)", "basedOn": "0", "text": "from Grunwald"]).status
          == .seeOther)
      let page = try await client.get("/notes/\(id)").text
      #expect(page.contains("<del>Green wall</del>") && page.contains("<ins>Grunwald</ins>"))
      #expect(page.contains("1 difference") && page.contains(">Green</span>"))
      #expect(try await client.get("/notes/\(id)/transcript/txt").text == "from Grunwald\n")
      #expect(
        try await client.form(path, ["transcript": "\(heard.id)", "basedOn": "0", "text": "other"]).status == .conflict)
      #expect(try await client.form(path, ["transcript": "old", "text": "other"]).status == .conflict)
      #expect(
        try await client.form(path, ["transcript": "\(heard.id)", "basedOn": "1", "text": "x", "revert": "1"]).status
          == .seeOther)
      let reverted = try await client.get("/notes/\(id)").text
      #expect(!reverted.contains("Grunwald</ins>"))
    }
    #expect(try room.store.transcripts.find(clip.id) == heard)
  }

  @Test("deleting asks for nothing twice and can be undone") func deletes() async throws {
    let room = try NoteRoom()
    let draft = try room.store.drafts.begin(
      ownerID: Owner.local, subject: DraftSubject(contactName: "Odile <i>", account: "Quarry"))
    try await room.test { client async throws -> Void in
      let reply = try await client.form("/notes/\(draft.id)/delete")
      #expect(reply.header("Location") == "/notes?deleted=\(draft.id)")
      let list = try await client.get("/notes?deleted=\(draft.id)").text
      #expect(list.contains("Odile &lt;i&gt; is deleted") && list.contains("/notes/\(draft.id)/restore"))
      #expect(try await client.get("/notes/\(draft.id)").text.contains("This note is deleted"))
      #expect(try await client.form("/notes/\(draft.id)/restore").status == .seeOther)
      #expect(try await client.get("/notes").text.contains("Odile &lt;i&gt;</a>"))
    }
  }
}
