import Domain
import Foundation
import Notes
import Storage
import TestSupport
import Testing

@Suite("Writing notes")
struct NoteWriterTests {
  private let folder: TemporaryFolder
  private let clock = ManualClock()
  private let store: FieldStore
  private let clip: Clip
  private let transcript: Transcript
  private let writer: NoteWriter

  init() throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
    clip = Fixture.clip(at: clock.now)
    _ = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    let job = try #require(try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)))
    transcript = Fixture.transcript(of: clip, text: "Two beds need mulch.", at: clock.now)
    try store.jobs.complete(job, owner: "w", transcript: transcript)
    let zone = try #require(TimeZone(secondsFromGMT: -5 * 3600))
    writer = NoteWriter(store: store, clock: clock.wall, timeZone: zone)
  }

  private func save() throws -> OutboxEntry {
    switch try writer.save(transcript: transcript, clip: clip, contact: .demo) {
    case .saved(_, let entry), .existing(_, let entry): entry
    }
  }

  @Test("the payload is the transcript in the contract's fields")
  func payload() throws {
    let payload = try JSONDecoder().decode(CRMPayload.self, from: try save().payload)
    #expect(payload.contact == .demo)
    #expect(payload.note == transcript.text)
    #expect(payload.notePolished == transcript.text)
    #expect(payload.transcriptionRaw == transcript.text)
    #expect(payload.transcriptionFinal == transcript.text)
    #expect(payload.transcriptionStreamPartial == "")
    #expect(payload.transcriptionFinalConfidence == 0.92)
    #expect(payload.transcriptionConfidence == 0.92)
    #expect(payload.transcriptionFinalLatencyMilliseconds == 480)
    #expect(payload.transcriptionFinalCompletedAt == "2026-11-22T12:00:00.000Z")
    #expect(payload.processingTime == 0.48)
    #expect(payload.timestamp == "2026-11-22T07:00:00")
    #expect(payload.aiModelVersion == "native | FieldOS \(Product.version) | final_worker=demo-en")
    #expect(payload.quoteSummary == nil)
  }

  @Test("what is queued has the contract's keys and none of the internal ones")
  func keys() throws {
    let object = try JSONSerialization.jsonObject(with: try save().payload) as? [String: Any]
    let keys = try #require(object).keys
    #expect(keys.count == 23)
    #expect(!keys.contains { $0.hasPrefix("_") || $0 == "crm_status" || $0 == "quote_summary" })
  }

  @Test("the note and its first version hold the transcript's words")
  func version() throws {
    let entry = try save()
    #expect(try store.notes.versions(entry.noteID).map(\.text) == [transcript.text])
    #expect(try store.notes.find(clip.id)?.createdAt == clock.now)
  }

  @Test("saving the same clip's note again returns what was saved, and queues nothing")
  func again() throws {
    let first = try save()
    clock.advance(60)
    guard case .existing(let note, let entry) = try writer.save(transcript: transcript, clip: clip, contact: .demo)
    else {
      Issue.record("saved a second time")
      return
    }
    #expect(entry == first)
    #expect(note.id == first.noteID)
    #expect(try store.outbox.all().count == 1)
  }

  @Test("an edited note is the next version: other words, another time, the same identifier")
  func edited() throws {
    let first = try save()
    clock.advance(60)
    guard case .saved(let version, let entry) = try writer.edit(first.noteID, text: "Three beds.", basedOn: 1) else {
      Issue.record("not saved")
      return
    }
    #expect(version.number == 2)
    #expect(entry.id != first.id && entry.payloadID == first.payloadID)
    var expected = try JSONDecoder().decode(CRMPayload.self, from: first.payload)
    expected.note = "Three beds."
    expected.notePolished = "Three beds."
    expected.timestamp = "2026-11-22T07:01:00"
    #expect(try JSONDecoder().decode(CRMPayload.self, from: entry.payload) == expected)
    #expect(try store.notes.versions(first.noteID).map(\.text) == [transcript.text, "Three beds."])
  }

  @Test("an edit of what somebody else has changed meanwhile is a conflict, of an unknown note missing")
  func editRefused() throws {
    let first = try save()
    _ = try writer.edit(first.noteID, text: "Three beds.")
    guard case .conflict(let latest) = try writer.edit(first.noteID, text: "Four beds.", basedOn: 1) else {
      Issue.record("no conflict")
      return
    }
    #expect(latest.text == "Three beds.")
    #expect(try writer.edit(.random(), text: "t") == .missing)
  }
}
