import Domain
import Foundation
import Notes
import Storage
import TestSupport
import Testing

@Suite("Sending drafts") struct DraftSendTests {
  private let folder: TemporaryFolder
  private let clock = ManualClock()
  private let store: FieldStore
  private let writer: NoteWriter

  init() throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
    writer = NoteWriter(store: store, clock: clock.wall, timeZone: try #require(TimeZone(secondsFromGMT: 0)))
  }

  private func draft(_ text: String, on draft: Draft? = nil) throws -> Draft {
    let draft = try draft ?? store.drafts.begin(ownerID: Owner.local)
    guard case .saved(let saved) = try store.drafts.save(draft.id, text: text, basedOn: draft.version) else {
      throw StorageError.busy
    }
    return saved
  }

  @Test("the first send makes the note of the draft's identifier, due at once") func first() throws {
    let draft = try draft("Two beds need mulch.")
    guard case .saved(let version, let entry) = try writer.send(DraftPayload(draft: draft, contact: .demo)) else {
      Issue.record("nothing was saved")
      return
    }
    #expect(version.noteID == draft.id && version.number == 1)
    #expect(entry.state == .queued && entry.payloadID == draft.id.rawValue)
    let payload = try JSONDecoder().decode(CRMPayload.self, from: entry.payload)
    #expect(payload.note == "Two beds need mulch." && payload.contact == .demo)
    #expect(payload.transcriptionRaw == "" && payload.transcriptionFinalConfidence == nil)
    #expect(!payload.aiModelVersion.contains("final_worker="))
  }

  @Test("the same words twice are one delivery") func doubleTap() throws {
    let draft = try draft("Two beds need mulch.")
    _ = try writer.send(DraftPayload(draft: draft, contact: .demo))
    clock.advance(5)
    guard case .unchanged(let entry) = try writer.send(DraftPayload(draft: draft, contact: .demo)) else {
      Issue.record("a second delivery was made")
      return
    }
    #expect(entry.noteVersion == 1)
    #expect(try store.outbox.all().count == 1)
  }

  @Test("eight taps at once are one delivery") func race() async throws {
    let draft = try draft("Two beds need mulch.")
    let results = try await withThrowingTaskGroup(of: NoteStore.SendResult.self) { group in
      for _ in 0..<8 { group.addTask { try writer.send(DraftPayload(draft: draft, contact: .demo)) } }
      return try await group.reduce(into: [NoteStore.SendResult]()) { $0.append($1) }
    }
    let saved = results.filter { if case .saved = $0 { true } else { false } }
    #expect(saved.count == 1)
    #expect(try store.outbox.all().count == 1)
  }

  @Test("changed words take the place of those that wait, under the same payload identifier") func edited() throws {
    let first = try draft("Two beds need mulch.")
    _ = try writer.send(DraftPayload(draft: first, contact: .demo))
    let second = try draft("Three beds need mulch.", on: first)
    guard case .saved(let version, let entry) = try writer.send(DraftPayload(draft: second, contact: .demo)) else {
      Issue.record("nothing was saved")
      return
    }
    #expect(version.number == 2 && entry.payloadID == first.id.rawValue)
    #expect(try store.outbox.all().map(\.state) == [.superseded, .queued])
  }

  @Test("corrected words, the quote and added steps go along") func everything() throws {
    let clip = Fixture.clip(at: clock.now)
    _ = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    let job = try #require(try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)))
    let transcript = Fixture.transcript(of: clip, text: "Budget is twenty-one thousand.", at: clock.now)
    try store.jobs.complete(job, owner: "w", transcript: transcript)
    let draft = try #require(try store.drafts.find(clipID: clip.id))
    let step = NextStep(kind: .amount, old: "$18,400", new: "$21,000", cents: 2_100_000, quote: "Budget", word: 0)
    let quote = QuoteSummary(
      service: "Bed", basePrice: 1, upsells: [], currency: "USD", total: 1, generatedAt: "2026-05-14T00:00:00.000Z")
    let sent = DraftPayload(
      draft: draft, contact: .demo, transcript: transcript, correctedText: "Budget is $21,000.", quote: quote,
      steps: [step])
    guard case .saved(let version, let entry) = try writer.send(sent) else {
      Issue.record("nothing was saved")
      return
    }
    let payload = try JSONDecoder().decode(CRMPayload.self, from: entry.payload)
    #expect(payload.transcriptionRaw == "Budget is twenty-one thousand.")
    #expect(payload.transcriptionFinal == "Budget is $21,000.")
    #expect(payload.note.hasSuffix("Next steps:\n- Deal value $18,400 to $21,000"))
    #expect(version.text == payload.note)
    #expect(payload.quoteSummary == quote)
    #expect(try store.notes.find(clip.id)?.id == draft.id)
  }

  @Test("a rep who works offline has the note kept") func offline() throws {
    try store.outbox.workOffline(true, owner: Owner.local)
    guard case .saved(_, let entry) = try writer.send(DraftPayload(draft: try draft("Words."), contact: .demo)) else {
      Issue.record("nothing was saved")
      return
    }
    #expect(entry.state == .cached && entry.heldOffline)
  }
}
