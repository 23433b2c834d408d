public import Domain
public import Foundation
public import Storage

/// What came of saving a note.
public enum SavedNote: Sendable, Equatable {
  /// The note is durable and its delivery queued.
  case saved(Note, OutboxEntry)
  /// The clip had a note already; it stays as it is.
  case existing(Note, OutboxEntry)
}

/// What came of editing a note.
public enum EditedNote: Sendable, Equatable {
  /// The new version is durable and its delivery queued.
  case saved(NoteVersion, OutboxEntry)
  /// Somebody else saved this version meanwhile; nothing was written.
  case conflict(latest: NoteVersion)
  /// There is no such note.
  case missing
}

/// Makes a note of a transcript and queues it for the CRM.
public struct NoteWriter: Sendable {
  let store: FieldStore
  let clock: WallClock
  let timeZone: TimeZone

  /// - Parameter timeZone: in which the payload's `ts` is told; the machine's own by default.
  public init(store: FieldStore, clock: WallClock = .system, timeZone: TimeZone = .autoupdatingCurrent) {
    self.store = store
    self.clock = clock
    self.timeZone = timeZone
  }

  /// Saves the transcript's words as the clip's note: note, version, outbox entry and event in one transaction.
  /// - Parameter engine: named in `ai_model_version`; the transcript's own engine by default.
  /// - Throws: `StorageError`; nothing is saved then.
  public func save(
    transcript: Transcript, clip: Clip, contact: Contact, engine: String? = nil
  ) throws -> SavedNote {
    let now = clock.now()
    let note = Note(
      id: .random(), clipID: clip.id, ownerID: clip.ownerID,
      createdAt: Date(unixMilliseconds: now.unixMilliseconds))
    let payload = payload(transcript, contact: contact, engine: engine ?? transcript.engine, now: now)
    switch try store.notes.save(note, text: payload.note, payload: payload) {
    case .saved(let note, let entry): return .saved(note, entry)
    case .existing(let note, let entry): return .existing(note, entry)
    }
  }

  /// Saves other words for a note: its next version goes to the CRM as a record of its own, with the same payload
  /// identifier, and takes the place of versions that were not delivered yet.
  /// - Parameter number: the version that the words were made from; nil overwrites whatever is the latest.
  /// - Throws: `StorageError`; nothing is saved then.
  public func edit(_ noteID: ID<Note>, text: String, basedOn number: Int? = nil) throws -> EditedNote {
    guard let entry = try store.notes.latestEntry(noteID) else { return .missing }
    guard var payload = try? JSONDecoder().decode(CRMPayload.self, from: entry.payload) else {
      throw StorageError.unreadableValue(column: "payload")
    }
    payload.note = text
    payload.notePolished = text
    payload.timestamp = Timestamp.local(clock.now(), zone: timeZone)
    return switch try store.notes.edit(noteID, text: text, payload: payload, basedOn: number) {
    case .saved(let version, let entry): .saved(version, entry)
    case .conflict(let latest): .conflict(latest: latest)
    case .missing: .missing
    }
  }

  private func payload(_ transcript: Transcript, contact: Contact, engine: String, now: Date) -> CRMPayload {
    CRMPayload(
      contact: contact, note: transcript.text, notePolished: transcript.text, transcriptionRaw: transcript.text,
      transcriptionFinal: transcript.text, transcriptionFinalConfidence: transcript.confidence,
      transcriptionFinalLatencyMilliseconds: transcript.latencyMilliseconds,
      transcriptionFinalCompletedAt: Timestamp.utc(transcript.completedAt),
      transcriptionConfidence: transcript.confidence,
      aiModelVersion: "\(engine) | \(Product.name) \(Product.version) | final_worker=\(transcript.model)",
      processingTime: Double(transcript.latencyMilliseconds) / 1000,
      timestamp: Timestamp.local(now, zone: timeZone))
  }
}
