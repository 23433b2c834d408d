import Domain
import Foundation
import Storage
import TestSupport
import Testing

/// A real store in a folder of its own, on a clock that stands.
struct StoreFixture {
  let folder: TemporaryFolder
  let clock = ManualClock()
  let store: FieldStore

  init() throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
  }

  /// A second connection to the same database, as another process has one.
  func another() throws -> FieldStore {
    try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
  }

  @discardableResult
  func addClip(digit: Character = "a", maxAttempts: Int = 3) throws -> (clip: Clip, job: Job) {
    let clip = Fixture.clip(digit: digit, at: clock.now)
    guard
      case .stored(let stored, let job) = try store.clips.insertWithJob(
        clip, jobKind: .transcribe, maxAttempts: maxAttempts)
    else { throw Unexpected() }
    return (stored, job)
  }

  @discardableResult
  func addNote(digit: Character = "a") throws -> OutboxEntry {
    let (clip, _) = try addClip(digit: digit)
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: clock.now)
    guard case .saved(_, let entry) = try store.notes.save(note, text: "words", payload: Fixture.payload())
    else { throw Unexpected() }
    return entry
  }

  func claim(_ owner: String, lease: Duration = .seconds(60)) throws -> Job? {
    try store.jobs.claim(kinds: [.transcribe], owner: owner, lease: lease)
  }

  func eventKinds() throws -> [String] {
    try store.events.after(0, limit: 1_000).map(\.kind)
  }

  struct Unexpected: Error {}
}
