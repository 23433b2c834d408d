import Capture
import Domain
import Foundation
import Storage
import TestSupport

/// A data folder with its store and a folder for what comes in, on a clock that stands.
struct CaptureRoom {
  let inbox: TemporaryFolder
  let data: TemporaryFolder
  let clock: ManualClock
  let store: FieldStore
  let ingest: Ingest

  /// - Parameter clock: the sweep compares it with the times of real files.
  init(clock: ManualClock = ManualClock()) throws {
    inbox = try TemporaryFolder()
    data = try TemporaryFolder()
    self.clock = clock
    store = try FieldStore.open(dataDirectory: data.url, clock: clock.wall)
    ingest = Ingest(store: store, dataDirectory: data.url, clock: clock.wall)
  }

  struct Unexpected: Error {}

  /// A recording outside of the data folder.
  func file(_ content: String = "sound", name: String = "visit.wav") throws -> URL {
    try inbox.file(name, Data(content.utf8))
  }

  /// Takes a new recording in.
  func clip(_ content: String = "sound") throws -> Clip {
    guard case .stored(let clip, _) = try ingest.ingest(file: try file(content)) else { throw Unexpected() }
    return clip
  }

  /// Transcribes the job that is due first.
  @discardableResult
  func transcribe(_ clip: Clip, text: String = "Client wants mulch.") throws -> Job {
    guard let job = try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)) else {
      throw Unexpected()
    }
    return try store.jobs.complete(
      job, owner: "w", transcript: Fixture.transcript(of: clip, text: text, at: clock.now))
  }

  func giveUp() throws {
    guard let job = try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(60)) else {
      throw Unexpected()
    }
    try store.jobs.fail(job, owner: "w", error: "no sound", permanent: true)
  }

  /// Saves a note and lets the CRM answer.
  func note(_ clip: Clip, _ state: DeliveryState = .synced) throws {
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: clock.now)
    _ = try store.notes.save(note, text: "words", payload: Fixture.payload())
    guard let entry = try store.outbox.claimDue(owner: "d", lease: .seconds(60)) else { throw Unexpected() }
    let attempt = DeliveryAttempt(
      startedAt: clock.now, state: state, nextAttemptAt: nil, responseCode: state == .synced ? 200 : 400,
      error: state == .synced ? nil : "refused")
    try store.outbox.record(attempt, for: entry, owner: "d")
  }

  /// A clip whose note the CRM has.
  func finalClip(_ content: String = "sound") throws -> Clip {
    let clip = try clip(content)
    try transcribe(clip)
    try note(clip)
    return clip
  }

  func purge(hours: Double = 24) -> AudioPurge {
    AudioPurge(store: store, dataDirectory: data.url, retention: AudioRetention(hours: hours), clock: clock.wall)
  }

  func isThere(_ clip: Clip) -> Bool {
    FileManager.default.fileExists(atPath: data.url.appending(path: clip.path).path)
  }

  func events(_ kind: String) throws -> Int {
    try store.events.after(0, limit: 10_000).count { $0.kind == kind }
  }
}
