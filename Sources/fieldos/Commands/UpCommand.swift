import ArgumentParser
import CRM
import Cockpit
import Domain
import Foundation
import SpeechServer
import Storage
import Transcription

struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up",
    abstract: "Run FieldOS: the cockpit, the worker that transcribes, delivery to the CRM, the ops log.")

  @Flag(help: "Transcribe, whatever FIELDOS_FINAL_WORKER_ENABLED says.") var finalWorker = false
  @Flag(help: "Save each transcript as a note of the demo contact, without review; silence makes no note.")
  var autoNote = false
  @Flag(help: "End when nothing can be done now; exit code 1 when something failed.") var once = false
  @Flag(help: "Without the web app. --once has none.") var noCockpit = false
  @Flag(help: "Put a fictional company's customers, prices and references where the data folder has none.")
  var demoData = false
  @Flag(help: "Serve transcripts to other programs, too, at the cockpit's address under /v1. See 'fieldos help serve'.")
  var api = false
  @OptionGroup var engine: EngineFlags

  /// How long after a signal what remains is cut off: 10 s, or an attempt at the CRM and what it takes to keep its answer.
  private static let grace = 10.0

  func run() async throws {
    // Before all else: whoever ends it while it starts ends it in order.
    let interruption = Interruption()
    let settings = try engine.settings()
    let crm = try settings.crm()
    interruption.cut(after: max(Self.grace, crm.timeoutSeconds + Self.grace / 2))
    guard let start = try await interruption.cancelling({ try await begin(settings) }).value else { return }
    let (store, narrator) = (start.store, start.narrator)
    if demoData { try DemoData.copy(to: settings.dataDirectory) }
    Housekeeping.finishErasures(store, settings)
    Customers.importIfNew(store)
    if demoData || start.isNew { await References.indexIfNone(store, settings) }
    let retention = RetentionService(store, try settings.retention())
    Housekeeping.sweep(store, settings)
    let worker = try worker(settings, narrator)
    let health = HealthBoard()
    let road = Road(
      store: store, crm: crm, worker: worker, noteContact: autoNote ? .demo : nil, takesMock: settings.workerMock,
      opsLog: try settings.opsLog(), end: once ? .whenIdle : .never,
      cockpit: try cockpit(settings, store, narrator, health),
      health: health)
    let (signal, _) = try await interruption.cancelling {
      try await narrated(by: narrator) {
        try await preflight(settings, road) { try await retention.beside { try await road.run() } }
      }
    }
    let refused = try sayWhatWaits(store) > start.givenUp
    let failed = try store.jobs.deadJobs().contains { !start.dead.contains($0.id) }
    if signal == nil, failed || refused || road.workerFailed.isSet { throw ExitCode(1) }
  }

  /// How things stand when it starts.
  private struct Start: Sendable {
    let store: FieldStore
    let narrator: RoadNarrator
    let dead: Set<ID<Job>>
    let givenUp: Int
    /// Nothing ever happened in the store.
    let isNew: Bool

    init(_ folder: URL) throws {
      store = try FieldStore.open(dataDirectory: folder)
      isNew = try store.events.lastSeq() == 0
      narrator = try RoadNarrator(store)
      dead = Set(try store.jobs.deadJobs().map(\.id))
      givenUp = try store.outbox.deadCount()
    }
  }

  /// A disk that is full, or fails for a moment, is waited for; a run that is to end says so and ends.
  private func begin(_ settings: Settings) async throws -> Start {
    var patience = StoragePatience(isEndless: true)
    while true {
      do {
        return try Start(settings.dataDirectory)
      } catch let error as StorageError where !once {
        try await patience.wait(after: error)
        try Task.checkCancellation()
      }
    }
  }

  /// Works, and looks at the machine beside it. A run that is to end takes no time for that.
  private func preflight(
    _ settings: Settings, _ road: Road, beside work: @escaping @Sendable () async throws -> Void
  ) async throws {
    if once { return try await work() }
    var asked = settings
    asked.workerEnabled = road.worker != nil
    let live = road.cockpit?.live
    let look = Preflight(
      first: Checkup.checks(asked, .start, store: road.store, live: live),
      checks: Checkup.checks(asked, .beside, store: road.store, live: live), board: road.health
    ) { trouble in
      Console.error("check: " + Wording.line(for: trouble))
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await look.run() }
      defer { group.cancelAll() }
      try await work()
    }
  }

  private func cockpit(
    _ settings: Settings, _ store: FieldStore, _ narrator: RoadNarrator, _ health: HealthBoard
  ) throws -> Cockpit? {
    if once || noCockpit { return nil }
    var configuration = try settings.cockpit()
    configuration.health = health
    configuration.makesTranscripts = !settings.qaMode && (finalWorker || settings.workerEnabled)
    configuration.live = try StreamProcess.supervisor(settings) { narrator.say("live words", StreamProcess.line($0)) }
    if api {
      var speech = try RequestProcess.server(settings, EngineChoice(settings)) { narrator.say("/v1", $0) }
      speech.host = configuration.host
      configuration.speech = speech
    }
    return try Cockpit(store: store, configuration: configuration) { door in
      for line in Wording.lines(door) { narrator.say("cockpit", line) }
    }
  }

  private func worker(_ settings: Settings, _ narrator: RoadNarrator) throws -> WorkerSupervisor? {
    if settings.qaMode {
      Console.error("High-accuracy transcript is off, for FIELDOS_QA_MODE is on. Set it to false.")
      return nil
    }
    guard finalWorker || settings.workerEnabled else {
      Console.error(
        "High-accuracy transcript is off. Turn it on: --final-worker, or FIELDOS_FINAL_WORKER_ENABLED=true.")
      return nil
    }
    if settings.workerMock {
      Console.error(WorkerCommand.mockNotice)
    } else {
      for notice in try FinalEngine(settings).notices { Console.error(notice) }
    }
    return WorkerProcess.supervisor(settings, mock: settings.workerMock, givesUp: once) { Self.tell($0, narrator) }
  }

  @Sendable static func tell(_ event: SupervisorEvent, _ narrator: RoadNarrator) {
    switch event {
    case .started(let pid): narrator.say("worker", "process \(pid) started")
    case .died(let status, let delay):
      narrator.say("worker", "process ended (\(status)), starts again in \(delay.inSeconds) s")
    case .gaveUp: narrator.say("worker", "can't work as it is configured; recordings stay in the queue")
    }
  }

  /// - Returns: how many notes delivery has given up.
  private func sayWhatWaits(_ store: FieldStore) throws -> Int {
    let counts = try store.outbox.counts()
    func sum(_ states: DeliveryState...) -> Int { states.reduce(0) { $0 + counts[$1, default: 0] } }
    let waiting = sum(.queued, .sending, .retrying)
    if waiting > 0 {
      Console.line("\(waiting) note(s) wait for the CRM. They are kept; delivery goes on at the next start.")
    }
    let givenUp = try store.outbox.deadCount()
    if givenUp > 0 {
      Console.line("\(givenUp) note(s) were given up and are kept. Put the CRM right, then: fieldos crm flush")
    }
    let held = sum(.cached, .failed) - givenUp
    if held > 0 {
      Console.line("\(held) note(s) are kept, for their reps work offline. To send them: fieldos crm offline off")
    }
    return givenUp
  }
}

/// Runs work while the narrator tells of it; what happened last is told before this returns.
func narrated(by narrator: RoadNarrator, _ work: @escaping @Sendable () async throws -> Void) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await narrator.run() }
    do {
      try await work()
    } catch {
      group.cancelAll()
      throw error
    }
    group.cancelAll()
    try await group.waitForAll()
  }
}
