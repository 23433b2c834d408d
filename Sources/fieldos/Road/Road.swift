import CRM
import Cockpit
import Domain
import Endpoints
import Foundation
import Notes
import Operations
import Storage
import Synchronization
import Transcription

/// The whole road in one process, but for the engine, which is a child: supervisor, notes, delivery, projector.
struct Road: Sendable {
  /// When the road ends by itself.
  enum End: Sendable {
    case never
    /// Nothing is left that could be done now; a note whose CRM doesn't answer waits for the next start.
    case whenIdle
    /// No note waits any more, delivered or given up.
    case whenSettled
  }

  let store: FieldStore
  let crm: CRMConfiguration
  /// nil: no worker process is started.
  let worker: WorkerSupervisor?
  /// Saves each transcript as a note of this contact without a person's review; nil leaves them for a person.
  let noteContact: Contact?
  /// Make notes of mock transcripts, too.
  var takesMock = false
  /// When the operations log is put aside.
  var opsLog = OpsLogLimits()
  let end: End
  /// The web app; nil where nobody is to look in.
  var cockpit: Cockpit?
  /// What was last found wrong with this machine.
  var health = HealthBoard()
  /// Set when the worker can't work as it is configured.
  let workerFailed = Latch()

  func run() async throws {
    let poster = HTTPPoster(connectSeconds: min(3, crm.timeoutSeconds / 2))
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        if let worker { group.addTask { try await supervise(worker) } }
        if let noteContact { group.addTask { try await saveNotes(of: noteContact) } }
        group.addTask { try await deliver(OutboxDelivery(store: store, poster: poster, configuration: crm)) }
        group.addTask { await project() }
        if let cockpit { group.addTask { try await cockpit.run() } }
        let waits = group.addTaskUnlessCancelled { try await waitForEnd() }
        // The first to return ends the others: the wait for the end, a failure, or a cancelled task.
        if waits { try await group.next() }
        group.cancelAll()
        try await group.waitForAll()
      }
    } catch {
      try? await poster.shutdown()
      throw error
    }
    try? await poster.shutdown()
  }

  /// Deliveries go on without a worker that gave up.
  private func supervise(_ worker: WorkerSupervisor) async throws {
    if try await worker.run() { return }
    workerFailed.set()
    try? await Task.sleep(for: .seconds(365 * 86_400))
  }

  private func deliver(_ delivery: OutboxDelivery) async throws {
    var patience = patience
    while !Task.isCancelled {
      do {
        try await delivery.run()
      } catch let error as StorageError {
        try await patience.wait(after: error)
      }
    }
  }

  /// A disk that is full for a moment ends no work; a run that is to end doesn't wait for it for ever.
  private var patience: StoragePatience { StoragePatience(isEndless: end == .never) }

  private func saveNotes(of contact: Contact) async throws {
    let writer = NoteWriter(store: store)
    var patience = patience
    while !Task.isCancelled {
      do {
        for transcript in try awaitingNote() {
          guard let clip = try store.clips.find(transcript.clipID) else { continue }
          _ = try writer.save(transcript: transcript, clip: clip, contact: contact)
        }
        patience.reset()
      } catch let error as StorageError {
        try await patience.wait(after: error)
      }
      try? await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Silence makes no note, and a mock transcript none by accident.
  private func awaitingNote() throws -> [Transcript] {
    try store.transcripts.withoutNote().filter {
      !$0.text.isEmpty && (takesMock || $0.engine != MockRecogniser().engine)
    }
  }

  /// Views are projections that can be written again: their troubles are told and don't stop a delivery.
  private func project() async {
    let projector = Projector(store: store, limits: opsLog)
    let tell: @Sendable (any Error) -> Void = { Console.error("views: " + Wording.line(for: $0)) }
    do {
      try await projector.run(onTrouble: tell)
    } catch {
      tell(error)
    }
  }

  private func waitForEnd() async throws {
    var patience = patience
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(100))
      do {
        if try isDone() { return }
        patience.reset()
      } catch let error as StorageError {
        try await patience.wait(after: error)
      }
    }
  }

  private func isDone() throws -> Bool {
    if end == .never { return false }
    if worker != nil, !workerFailed.isSet, try !store.jobs.isIdle(kinds: [.transcribe]) { return false }
    if noteContact != nil, try !awaitingNote().isEmpty { return false }
    guard let due = try store.outbox.nextDueAt(to: crm.target) else { return true }
    // Another process is sending, or died in it: what became of that note is known when its lease is over.
    if try store.outbox.counts()[.sending, default: 0] > 0 { return false }
    // "Now" comes back in whole milliseconds, so it may lie half of one ahead.
    return end == .whenIdle && due.timeIntervalSinceNow > 0.005
  }
}

/// A switch that one task sets and others read.
final class Latch: Sendable {
  private let value = Mutex(false)
  var isSet: Bool { value.withLock { $0 } }
  func set() { value.withLock { $0 = true } }
}
