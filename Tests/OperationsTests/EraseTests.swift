import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Erasing a person")
struct EraseTests {
  private let room: EraseRoom
  private var store: FieldStore { room.store }

  init() throws { room = try EraseRoom() }

  private func addAda(words: String = "Adalind Querzoff wants zwetschgen mulch.") throws -> (Clip, Data) {
    let card = try room.card("C1")
    let (clip, sound, _) = try room.addNote(about: card.person, account: card.account, words: words)
    return (clip, sound)
  }

  /// How many notes a search finds.
  private func found(_ words: String) throws -> Int {
    var query = NoteQuery(ownerID: nil)
    query.words = words
    return try store.search.page(query).count
  }

  @Test("a byte search finds the person everywhere before, and nowhere after") func bytesAreGone() throws {
    let (clip, _) = try addAda()
    try room.room.projector().projectOnce()
    for needle in [EraseRoom.ada, EraseRoom.mail, "555-0177", "wetschgen", clip.id.rawValue] {
      #expect(try !room.files(holding: needle).isEmpty, "\(needle)")
    }
    #expect(try room.files(holding: EraseRoom.ada).contains("crm_snapshot.json"))
    #expect(try room.files(holding: EraseRoom.ada).contains("crm_sample.csv"))
    let report = try room.eraser().erase(try room.plan(), by: Owner.local)
    #expect(report.erasure.state == .done && report.residue.isEmpty, "\(report.residue)")
    #expect(report.erasure.proof?.mentions == 0)
    for needle in [EraseRoom.ada, "querzoff", EraseRoom.mail, "555-0177", "wetschgen", "7 Quince", clip.id.rawValue] {
      #expect(try room.files(holding: needle) == [], "\(needle)")
    }
    #expect(room.room.folder.names(in: "audio_cache").isEmpty)
    #expect(report.plan.deliveries.count == 1)
  }

  @Test("a colleague of the same account and phone stays, whole, and so does the account") func colleague() throws {
    let account = try room.card("C1").account
    let colleague = try room.addColleague("Corvin Hale", of: "Quince Court")
    let (kept, sound, entry) = try room.addNote(
      about: colleague, account: account, words: "Corvin met Adalind Querzoff by the gate.")
    let (gone, _) = try addAda(words: "Only gravel.")
    let plan = try room.plan()
    #expect(plan.subject.account?.goes == false)
    #expect(plan.mentions.map(\.id.rawValue) == [entry.noteID.rawValue])
    let report = try room.eraser().erase(plan, by: Owner.local)
    #expect(report.erasure.state == .done, "\(report.residue)")
    #expect((report.erasure.proof?.mentions ?? 0) > 0)
    #expect(try store.people.person(colleague.id) == colleague)
    #expect(try store.people.account(account.id)?.name == "Quince Court")
    #expect(try store.clips.find(kept.id) != nil && store.clips.find(gone.id) == nil)
    #expect(try store.outbox.find(entry.id)?.state == .synced)
    #expect(try Data(contentsOf: room.folder.appending(path: kept.path)) == sound)
    #expect(try found("gate") == 1 && found("gravel") == 0)
    #expect(try room.files(holding: EraseRoom.mail) == [])
    let sample = try room.room.text("crm_sample.csv")
    #expect(sample.contains("C1,Quince Court,,,,7 Quince Court") && sample.contains("Bruno Tallis"))
    let elsewhere = try TemporaryFolder()
    let again = try elsewhere.file("again.csv", Data(EraseRoom.table.utf8))
    let tally = try CustomerImport(store: store, calendar: Calendar(identifier: .gregorian)).run(again)
    #expect(tally.erased == 1 && tally.added == 0)
    #expect(try store.people.search("Querzoff", ownerID: nil).isEmpty)
    #expect(try room.files(holding: EraseRoom.mail) == [])
  }

  @Test("killed before any step, it goes on and ends the same", arguments: Eraser.Step.allCases)
  func killed(_ at: Eraser.Step) throws {
    let (clip, _) = try addAda()
    try room.room.projector().projectOnce()
    #expect(throws: Killed.self) {
      try room.eraser { step in if step == at { throw Killed() } }.erase(try room.plan(), by: Owner.local)
    }
    let reports = try room.eraser().resume()
    if at == .keepPlan || at == .begin {
      // Nothing was begun, and the plan is not left lying about.
      #expect(
        reports.isEmpty
          && room.room.folder.names(in: "").allSatisfy { !$0.hasPrefix("erasing.") || $0 == "erasing.lock" })
      #expect(try store.clips.find(clip.id) != nil)
      return
    }
    #expect(try store.erasures.recent().map(\.state) == [.done])
    #expect(try room.files(holding: "querzoff") == [] && room.files(holding: clip.id.rawValue) == [])
    #expect(try room.eraser().resume().isEmpty)
  }

  private struct Killed: Error {}

  @Test("a table, a recording and a prototype's note that bring the person again are left out") func tombstone() throws
  {
    let (clip, _) = try addAda()
    _ = try room.eraser().erase(try room.plan(), by: Owner.local)
    let again = try room.room.folder.file("again.csv", Data(EraseRoom.table.utf8))
    let tally = try CustomerImport(store: store, calendar: Calendar(identifier: .gregorian)).run(again)
    #expect(tally.erased == 1 && tally.added == 0 && tally.unchanged == 1)
    #expect(try store.people.card(customerID: "C1") == nil && store.people.card(customerID: "C2") != nil)
    #expect(try store.clips.known(sha1: clip.sha1, ownerID: clip.ownerID)?.clip == nil)
    #expect(try store.clips.known(sha1: clip.sha1, ownerID: clip.ownerID) != nil)
    let contact = Contact(
      name: EraseRoom.ada, phone: EraseRoom.phone, email: "", account: "", service: "", customerID: "",
      customerType: "", accountAddress: "", assignedRep: "", region: "", leadSource: "")
    #expect(try store.imports.isErased(contact) && !store.imports.isErased(.demo))
  }

  @Test("a note that is being sent refuses, and nothing is removed") func sending() throws {
    let card = try room.card("C1")
    let (clip, _, _) = try room.addNote(about: card.person, account: card.account, words: "Mulch.", delivered: false)
    let claimed = try store.outbox.claimDue(owner: "d", lease: .seconds(30))
    #expect(claimed != nil)
    #expect(throws: OperationsError.self) { try room.eraser().erase(try room.plan(), by: Owner.local) }
    #expect(try store.clips.find(clip.id) != nil && store.erasures.recent().isEmpty)
    room.room.clock.advance(31)
    let report = try room.eraser().erase(try room.plan(), by: Owner.local)
    #expect(report.erasure.state == .done && report.plan.deliveries.first?.responseCode == nil)
  }

  @Test("a job under way loses its row, and its worker's result counts no more") func running() throws {
    let clip = Fixture.clip(at: room.room.clock.now)
    _ = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    let job = try #require(try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)))
    let draft = try #require(try store.drafts.find(clipID: clip.id))
    try store.drafts.assign(draft.id, contactID: try room.card("C1").person.id)
    #expect(try room.eraser().erase(try room.plan(), by: Owner.local).erasure.state == .done)
    #expect(throws: StorageError.leaseLost(id: job.id.rawValue)) {
      try store.jobs.complete(job, owner: "w", transcript: Fixture.transcript(of: clip, at: room.room.clock.now))
    }
  }

  @Test("a reader of another process holds the database: it waits in 'proving' and goes on later") func busy() throws {
    _ = try addAda()
    let other = try FieldStore.open(dataDirectory: room.folder, clock: room.room.clock.wall)
    let plan = try room.plan()
    let report = try other.erasures.whileReading { try room.eraser().erase(plan, by: Owner.local) }
    #expect(report.isWaiting && report.erasure.state == .proving)
    #expect(try room.eraser().resume().map(\.erasure.state) == [.done])
    #expect(try room.files(holding: "querzoff") == [])
  }

  @Test("what lies in backups is listed, packed ones too, and not changed") func backups() throws {
    _ = try addAda()
    let copy = try Data(contentsOf: room.folder.appending(path: "fieldos.sqlite"))
    try FileManager.default.createDirectory(
      at: room.folder.appending(path: "backup-monday"), withIntermediateDirectories: true)
    _ = try room.room.folder.file("backup-monday/table.csv", Data(EraseRoom.table.utf8))
    _ = try room.room.folder.file("old.sqlite", copy + Data(EraseRoom.ada.utf8))
    _ = try room.room.folder.file("wiki.md", Data("Ask \(EraseRoom.ada.uppercased()).".utf8))
    let report = try room.eraser().erase(try room.plan(), by: Owner.local)
    #expect(report.erasure.state == .done, "\(report.residue)")
    #expect(report.backups.map(\.path) == ["backup-monday/table.csv", "old.sqlite"])
    #expect(report.foreign.map(\.path) == ["wiki.md"])
    #expect(try room.room.text("backup-monday/table.csv") == EraseRoom.table)
  }

  @Test(
    "hostile names are found and go",
    arguments: [
      #"Robert "Bobby" O'Tables; DROP"#, "100% _\\_ Percy", "Nul\u{0}Byte Name", "שלום אברהם כהן",
      String(repeating: "Long Name ", count: 400) + "End", "Zoë\u{301} Ünnümläut", "line\nbreak\tname",
    ])
  func hostile(_ name: String) throws {
    let person = try room.addColleague(name, of: "Hostile & Co")
    let account = try #require(try store.people.card(person.id)).account
    try room.addNote(about: person, account: account, words: "About \(name), briefly.")
    try room.room.projector().projectOnce()
    let plan = try room.plan(.contact(person.id))
    #expect(plan.counts["drafts"] == 1)
    let report = try room.eraser().erase(plan, by: Owner.local)
    #expect(report.erasure.state == .done, "\(report.residue)")
    let tail = String(name.suffix(9))
    #expect(try room.files(holding: tail) == [])
    #expect(try room.files(holding: "Bruno Tallis").contains("crm_sample.csv"))
  }

  @Test("notes that name no contact go by e-mail, phone or exact name; another's of the same phone do not")
  func byPayload()
    throws
  {
    func contact(_ name: String, phone: String = "", email: String = "") -> Contact {
      Contact(
        name: name, phone: phone, email: email, account: "Elsewhere", service: "", customerID: "", customerType: "",
        accountAddress: "", assignedRep: "", region: "", leadSource: "")
    }
    let byMail = try room.addNote(about: nil, words: "one") { $0.contact = contact("", email: EraseRoom.mail) }
    let byName = try room.addNote(about: nil, words: "two") { $0.contact = contact(EraseRoom.ada.uppercased()) }
    let byPhone = try room.addNote(about: nil, words: "three") { $0.contact = contact("", phone: "330-555-0177") }
    let other = try room.addNote(about: nil, words: "four") {
      $0.contact = contact("Bruno Tallis", phone: EraseRoom.phone)
    }
    let plan = try room.plan()
    let drafts = Set(plan.ids["drafts"] ?? [])
    #expect(drafts == Set([byMail, byName, byPhone].map(\.entry.noteID.rawValue)))
    #expect(!drafts.contains(other.entry.noteID.rawValue))
  }

  @Test("rotated logs and inherited payloads that name the person are written anew") func views() throws {
    let old =
      #"{"ai_fail_count": 3, "recent_payloads": [{"note": "x", "contact_name": "Adalind Querzoff"}, {"note": "kept"}]}"#
    try Data(old.utf8).write(to: room.folder.appending(path: "crm_snapshot.json"))
    _ = try addAda()
    let limits = OpsLogLimits(maxBytes: 1)
    try room.addNote(about: try room.card("C2").person, account: try room.card("C2").account, words: "Weir.")
    try room.room.projector(limits: limits).projectOnce()
    #expect(try room.files(holding: "querzoff").contains("crm_snapshot.json"))
    let before = try OpsLogReader.history(in: room.folder).entries.count
    let report = try room.eraser().erase(try room.plan(), by: Owner.local)
    #expect(report.erasure.state == .done, "\(report.residue)")
    #expect(try room.room.text("crm_snapshot.json").contains("kept"))
    #expect(try OpsLogReader.history(in: room.folder).entries.count == before - 2)
    try room.room.projector(limits: limits).projectOnce()
    #expect(try OpsLogReader.history(in: room.folder).entries.count == before - 2)
    #expect(try room.files(holding: "querzoff") == [])
  }
}
