import Capture
import Copilot
import Domain
import Endpoints
import Foundation
import Operations
import Storage
import Transcription

/// All that is checked, for `fieldos doctor` and for the look that `fieldos up` takes at itself.
enum Checkup {
  /// How thoroughly.
  enum Depth {
    /// Reads every page of the database and loads the model.
    case whole
    /// What may be looked at again and again beside the work.
    case beside
    /// Once, when the work begins: with the memory and all files of recordings, without what is only true later.
    case start
  }

  /// - Parameters:
  ///   - store: where one is open already.
  ///   - live: who hears recordings while they are spoken, where that is at work.
  static func checks(
    _ settings: Settings, _ depth: Depth, store: FieldStore? = nil, live worker: StreamSupervisor? = nil,
    clock: WallClock = .system
  ) -> [HealthCheck] {
    let engine = [EngineChecks.processor(settings), EngineChecks.model(settings, loads: depth == .whole)]
    let servers = [ServerChecks.servers(settings)].compactMap(\.self)
    let live = [depth == .whole ? LiveWordsCheck.whole(settings) : LiveWordsCheck.beside(settings, worker)]
    let opened = Result { try store ?? FieldStore.open(dataDirectory: settings.dataDirectory) }
    let machine =
      memory(settings, depth, try? opened.get(), clock) + [EngineChecks.device(settings), EngineChecks.ffmpeg]
    // Beside the work, deliveries tell how the CRM does: asking it every minute would be a request that it never asked for.
    let network = depth == .whole ? [NetworkChecks.crm(settings), NetworkChecks.port(settings)] : []
    return engine + servers + live + machine + folder(settings, depth, opened, clock) + network
  }

  /// Once a model is loaded, what loading it would take says nothing of what is free.
  private static func memory(
    _ settings: Settings, _ depth: Depth, _ store: FieldStore?, _ clock: WallClock
  ) -> [HealthCheck] {
    if depth == .beside { return [] }
    let check = EngineChecks.memory(settings) {
      guard depth == .whole, let store else { return false }
      return Readiness(store, storeTrouble: nil, workerEnabled: true, now: clock.now()).worker == .warm
    }
    return [check]
  }

  /// One after the other: they share the disk and the processor.
  static func run(_ checks: [HealthCheck]) async -> [HealthFinding] {
    var findings: [HealthFinding] = []
    for check in checks where !Task.isCancelled {
      findings.append(HealthFinding(check: check.name, verdict: await check.run()))
    }
    return findings
  }

  /// The data folder, and where it opens the store's own checks.
  private static func folder(
    _ settings: Settings, _ depth: Depth, _ opened: Result<FieldStore, any Error>, _ clock: WallClock
  ) -> [HealthCheck] {
    let folder = settings.dataDirectory
    do {
      let store = try opened.get()
      let isEnabled = settings.workerEnabled && !settings.qaMode
      // It reads the whole folder and all rows of recordings. Beside the work the store tells what is missing.
      let audio = depth == .beside ? [] : [Ingest(store: store, dataDirectory: folder).folderCheck]
      return [
        HealthCheck(name: "data folder") { queues(store) }, MachineChecks.permissions(folder),
        MachineChecks.disk(folder),
      ] + (depth == .whole ? [StoreChecks.integrity(store)] : []) + store.healthChecks + audio + [
        StoreChecks.clock(store, clock), StoreChecks.pipeline(store, clock),
      ] + copilot(settings, store) + (depth == .start ? [] : running(store, isEnabled, clock))
    } catch {
      let verdict = HealthVerdict(
        .failure, detail: Wording.line(for: error), remedy: "then look again: fieldos doctor")
      return [HealthCheck(name: "data folder") { verdict }]
    }
  }

  /// Settings that can't be read are told by the commands that need them.
  private static func copilot(_ settings: Settings, _ store: FieldStore) -> [HealthCheck] {
    guard let configuration = try? settings.copilot() else { return [] }
    return [IndexCheck.make(store, model: configuration.embedding?.model)]
  }

  private static func running(_ store: FieldStore, _ isEnabled: Bool, _ clock: WallClock) -> [HealthCheck] {
    [
      StoreChecks.snapshot(store, clock), BacklogChecks.recordings(store, isEnabled: isEnabled, clock),
      BacklogChecks.notes(store, clock),
    ]
  }

  private static func queues(_ store: FieldStore) -> HealthVerdict {
    do {
      let depth = try store.jobs.depth()
      let counts = try store.outbox.counts()
      let waiting = [.queued, .sending, .retrying].reduce(0) { $0 + counts[$1, default: 0] }
      return HealthVerdict(
        .ok, detail: "\(store.dataDirectory.path), writable, \(depth) recordings and \(waiting) notes in the queues")
    } catch {
      return HealthVerdict(.failure, detail: Wording.line(for: error), remedy: "check the data folder and its disk")
    }
  }
}
