import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Drafts") struct DraftTests {
  private let fixture: StoreFixture
  private var drafts: DraftStore { fixture.store.drafts }

  init() throws { fixture = try StoreFixture() }

  private func begin() throws -> Draft { try drafts.begin(ownerID: Owner.local) }

  @discardableResult
  private func save(
    _ draft: Draft, _ text: String, on number: Int?, _ editor: String = "me", _ origin: DraftOrigin = .typed
  ) throws -> DraftStore.SaveResult {
    try drafts.save(draft.id, text: text, basedOn: number, origin: origin, editor: editor)
  }

  private func hear(_ clip: Clip, _ text: String) throws {
    let job = try #require(try fixture.claim("w"))
    try fixture.store.jobs.complete(
      job, owner: "w", transcript: Fixture.transcript(of: clip, text: text, at: fixture.clock.now))
  }

  @Test("a draft begins empty, with an event, and once for a recording or a phone's identifier") func begins() throws {
    let draft = try drafts.begin(
      ownerID: Owner.local, contactID: ID("p"), recordingID: ID("r"),
      subject: .init(contactName: "Odile", account: "Quarry"))
    #expect(
      draft.text == "" && draft.version == 0 && draft.contactID == ID("p") && draft.createdAt == fixture.clock.now)
    #expect(try drafts.begin(ownerID: Owner.local, recordingID: ID("r")) == draft)
    let named = try drafts.begin(ownerID: Owner.local, id: ID("phone"))
    #expect(try drafts.begin(ownerID: Owner.local, id: ID("phone")) == named)
    #expect(try fixture.eventKinds() == ["draft.begun", "draft.begun"])
    #expect(try drafts.list(ownerID: Owner.local).map(\.id) == [ID("phone"), draft.id])
    #expect(throws: StorageError.self) { try drafts.begin(ownerID: ID("other"), id: ID("phone")) }
  }

  @Test("one page's typing is one version for half a minute, then the next") func coalesces() throws {
    let draft = try begin()
    try save(draft, "o", on: 0)
    fixture.clock.advance(29)
    guard case .saved(let second) = try save(draft, "on", on: 1) else { throw StoreFixture.Unexpected() }
    #expect(second.version == 1 && second.text == "on" && second.updatedAt == fixture.clock.now)
    fixture.clock.advance(1)
    try save(draft, "one", on: 1)
    try save(draft, "one\ninserted", on: 2, "me", .inserted)
    try save(draft, "one\ninserted!", on: 3)
    #expect(try drafts.versions(draft.id).map(\.text) == ["on", "one", "one\ninserted", "one\ninserted!"])
    #expect(try drafts.versions(draft.id).map(\.origin) == [.typed, .typed, .inserted, .typed])
  }

  @Test("the same words again write nothing") func same() throws {
    let draft = try begin()
    try save(draft, "one", on: 0)
    let events = try fixture.eventKinds()
    guard case .saved(let again) = try save(draft, "one", on: 0, "you") else { throw StoreFixture.Unexpected() }
    #expect(again.version == 1)
    #expect(try fixture.eventKinds() == events)
  }

  @Test("a conflict keeps both, the loser's further typing as one version, and its choice settles it") func conflict()
    throws
  {
    let draft = try begin()
    try save(draft, "base", on: 0)
    try save(draft, "yours", on: 1, "you")
    guard case .conflict(let latest, let kept) = try save(draft, "mine", on: 1, "third") else {
      throw StoreFixture.Unexpected()
    }
    #expect(latest.text == "yours" && latest.version == 2 && kept.number == 3 && kept.origin == .conflict)
    guard case .conflict(_, let more) = try save(draft, "mine, more", on: 1, "third") else {
      throw StoreFixture.Unexpected()
    }
    #expect(more.number == 3)
    #expect(try drafts.versions(draft.id).map(\.text) == ["base", "yours", "mine, more"])
    #expect(try drafts.find(draft.id)?.text == "yours")
    guard case .saved = try save(draft, "yours, too", on: 2, "you") else { throw StoreFixture.Unexpected() }
    let taken = try #require(try drafts.use(draft.id, version: 3))
    #expect(taken.text == "mine, more" && taken.version == 4)
    #expect(try drafts.use(draft.id, version: 9) == nil)
    #expect(try save(draft, "x", on: nil) != .missing)
    #expect(try drafts.save(ID("none"), text: "x", basedOn: nil) == .missing)
  }

  @Test("no event holds words") func secrets() throws {
    let draft = try drafts.begin(ownerID: Owner.local, subject: .init(contactName: "secret", account: "secret"))
    try save(draft, "secret", on: 0)
    try save(draft, "secret 2", on: 0, "you")
    try drafts.delete(draft.id)
    let events = try fixture.store.events.after(0, limit: 100)
    #expect(events.count == 4 && events.allSatisfy { !$0.json.contains("secret") })
  }

  @Test("every recording has a draft, which its first transcript becomes, once") func heard() throws {
    let clip = try fixture.addClip().clip
    let draft = try #require(try drafts.find(clipID: clip.id))
    #expect(draft.text == "" && draft.ownerID == clip.ownerID)
    try hear(clip, " Client wants mulch. ")
    let after = try #require(try drafts.find(draft.id))
    #expect(after.text == "Client wants mulch." && after.version == 1 && after.heardAt == fixture.clock.now)
    #expect(try fixture.eventKinds().suffix(2) == ["draft.transcribed", "job.completed"])
    _ = try fixture.store.clips.transcribeAgain(clip.id, copyPath: nil, jobKind: .transcribe, maxAttempts: 3)
    try hear(clip, "Other words.")
    #expect(try drafts.find(draft.id) == after)
  }

  @Test("words come behind what was typed, and behind what is being typed") func heardBehind() throws {
    let clip = try fixture.addClip().clip
    let draft = try #require(try drafts.find(clipID: clip.id))
    try save(draft, "typed", on: 0)
    try hear(clip, "heard")
    #expect(try drafts.find(draft.id)?.text == "typed\nheard")
    guard case .saved(let merged) = try save(draft, "typed on", on: 1) else { throw StoreFixture.Unexpected() }
    #expect(merged.text == "typed on\nheard" && merged.version == 3)
  }

  @Test("a recording goes to the draft that it was made for; the one that came with it gives way") func attaches()
    throws
  {
    let draft = try drafts.begin(ownerID: Owner.local, recordingID: ID("r"))
    let clip = try fixture.addClip().clip
    try hear(clip, "heard")
    guard case .attached(let attached) = try drafts.attach(clipID: clip.id, to: draft.id) else {
      throw StoreFixture.Unexpected()
    }
    #expect(attached.clipID == clip.id && attached.text == "heard")
    #expect(try drafts.list(ownerID: Owner.local).map(\.id) == [draft.id])
    #expect(try drafts.attach(clipID: clip.id, to: draft.id) == .attached(attached))
    #expect(try fixture.eventKinds().suffix(2) == ["draft.attached", "draft.transcribed"])
    let other = try begin()
    #expect(try drafts.attach(clipID: clip.id, to: other.id) == .taken(attached))
    #expect(try drafts.attach(clipID: ID("none"), to: other.id) == .missing)
    let foreign = try drafts.begin(ownerID: ID("other"))
    #expect(try drafts.attach(clipID: clip.id, to: foreign.id) == .missing)
  }

  @Test("a draft that somebody wrote does not give way") func keeps() throws {
    let clip = try fixture.addClip().clip
    let automatic = try #require(try drafts.find(clipID: clip.id))
    try save(automatic, "mine", on: 0)
    let draft = try begin()
    #expect(try drafts.attach(clipID: clip.id, to: draft.id) == .taken(#require(try drafts.find(automatic.id))))
  }

  @Test("a saved note has the identifier of its draft, with the names that the CRM gets") func notes() throws {
    let entry = try fixture.addNote()
    let draft = try #require(try drafts.find(entry.noteID))
    #expect(draft.clipID != nil && draft.text == "words")
    #expect(draft.subject == DraftSubject(contactName: "Samir Voss", account: "Acme HOA"))
  }

  @Test("an imported note has a draft of its own time") func imports() throws {
    let saved = fixture.clock.now.addingTimeInterval(-86_400)
    let imported = ImportedNote(
      fingerprint: String(repeating: "a", count: 64), text: "old words", payload: Fixture.payload(), savedAt: saved)
    let entry = try #require(try fixture.store.imports.save(imported))
    _ = try begin()
    #expect(try drafts.list(ownerID: Owner.local).last?.id == entry.noteID)
    #expect(try drafts.find(entry.noteID)?.createdAt == saved)
    #expect(try drafts.find(entry.noteID)?.text == "old words")
  }

  @Test("drafts of one millisecond keep their order") func order() throws {
    let ids = try (0..<1_100).map { _ in try begin().id }
    #expect(try drafts.list(ownerID: Owner.local, limit: 2_000).map(\.id) == ids.reversed())
    #expect(try drafts.list(ownerID: Owner.local, since: fixture.clock.now, limit: 2_000).count == 1_100)
    #expect(try drafts.list(ownerID: Owner.local, since: fixture.clock.now + 60).isEmpty)
  }

  @Test("names follow who it is about, and are found") func named() throws {
    let lead = NewLead(
      id: ID("p"), person: PersonFacts(name: "Odile Marsh"), account: "Quarry Lane", service: "", note: "",
      due: Due(at: fixture.clock.now, isAllDay: false))
    try fixture.store.people.add(lead, ownerID: Owner.local)
    let draft = try drafts.begin(ownerID: Owner.local, contactID: ID("p"))
    #expect(draft.subject == DraftSubject(contactName: "Odile Marsh", account: "Quarry Lane"))
    #expect(try drafts.begin(ownerID: ID("other"), contactID: ID("p")).subject == .unknown)
    let later = try begin()
    #expect(try drafts.assign(later.id, contactID: ID("p"))?.subject == draft.subject)
    try DatabaseQueue(path: fixture.folder.url.appending(path: "fieldos.sqlite").path).write { db in
      try db.execute(sql: "UPDATE people SET name = 'Odile Marsh-Lee'; UPDATE accounts SET name = 'Quarry Townhomes'")
    }
    let renamed = DraftSubject(contactName: "Odile Marsh-Lee", account: "Quarry Townhomes")
    #expect(try drafts.find(draft.id)?.subject == renamed)
    var query = NoteQuery(ownerID: Owner.local)
    query.words = "lee townh"
    #expect(try fixture.store.search.page(query).count == 2)
  }
}
