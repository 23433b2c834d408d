import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

/// A store in a folder of its own with the files that are projected from it, on a clock that stands.
struct ViewRoom {
  let folder: TemporaryFolder
  let clock = ManualClock()
  let store: FieldStore

  init() throws {
    folder = try TemporaryFolder()
    store = try FieldStore.open(dataDirectory: folder.url, clock: clock.wall)
  }

  func projector(limits: OpsLogLimits = OpsLogLimits(), disk: ViewDisk = ViewDisk()) -> Projector {
    Projector(store: store, limits: limits, clock: clock.wall, timeZone: .gmt, disk: disk)
  }

  /// Writes a file of the folder, and the folders on the way to it.
  func put(_ path: String, _ text: String) throws {
    try FileManager.default.createDirectory(
      at: file(path).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file(path))
  }

  func file(_ name: String) -> URL { folder.url.appending(path: name) }
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: file(name)) }
  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  func snapshot() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: try bytes("crm_snapshot.json")) as? [String: Any])
  }

  /// Saves a note; it is queued.
  @discardableResult
  func save(_ words: String = "secret words", edit: (inout CRMPayload) -> Void = { _ in }) throws -> OutboxEntry {
    let clip = Fixture.uniqueClip(at: clock.now)
    _ = try store.clips.insertWithJob(clip, jobKind: .transcribe, maxAttempts: 3)
    let note = Note(id: .random(), clipID: clip.id, ownerID: clip.ownerID, createdAt: clock.now)
    var payload = Fixture.payload(note: words)
    edit(&payload)
    guard case .saved(_, let entry) = try store.notes.save(note, text: words, payload: payload) else {
      throw Unexpected()
    }
    return entry
  }

  /// Tries to deliver the entry that is due: it comes into this state.
  func deliver(_ state: DeliveryState = .synced, code: Int? = 200, error: String? = nil) throws {
    let entry = try #require(try store.outbox.claimDue(owner: "d", lease: .seconds(35)))
    let next = state.isPending ? clock.now : nil
    let attempt = DeliveryAttempt(
      startedAt: clock.now, state: state, nextAttemptAt: next, responseCode: code, error: error)
    try store.outbox.record(attempt, for: entry, owner: "d")
    clock.advance(1)
  }

  /// The seqs of the events that become lines of the log.
  func seqs() throws -> [Int64] {
    try store.events.after(0, limit: 1_000, kindPrefix: "crm.").map(\.seq)
  }

  /// Every file of the folder that people read, by name.
  func views() throws -> [String: Data] {
    let names = folder.names(in: "").filter { !$0.hasPrefix("fieldos.") && $0 != "views.lock" }
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try bytes($0)) })
  }

  struct Unexpected: Error {}
}
