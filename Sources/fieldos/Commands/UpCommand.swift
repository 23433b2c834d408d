import ArgumentParser
import Domain
import Foundation
import Storage
import Transcription

struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Run the road: transcribe what was taken in, deliver saved notes, write the ops log.")

  @Flag(help: "Transcribe, whatever FIELDOS_FINAL_WORKER_ENABLED says.") var finalWorker = false
  @Flag(help: "Save each transcript as a note of the demo contact, without review.") var autoNote = false
  @Flag(help: "End when nothing is left to do.") var once = false
  @OptionGroup var engine: EngineFlags

  func run() async throws {
    let settings = try engine.settings()
    let store = try FieldStore.open(dataDirectory: settings.dataDirectory)
    let narrator = try RoadNarrator(store)
    let enabled = (finalWorker || settings.workerEnabled) && !settings.qaMode
    if !enabled {
      Console.error(
        "High-accuracy transcript is off. Turn it on: --final-worker, or FIELDOS_FINAL_WORKER_ENABLED=true.")
    }
    if enabled, !settings.workerMock { for notice in try EngineChoice(settings).notices { Console.error(notice) } }
    let worker =
      enabled
      ? WorkerProcess.supervisor(settings, mock: settings.workerMock) { Self.tell($0, narrator) } : nil
    let road = Road(
      store: store, crm: settings.crm, worker: worker, noteContact: autoNote ? .demo : nil,
      end: once ? .whenIdle : .never)
    try await Interruption.cancelling { try await narrated(by: narrator) { try await road.run() } }
    try conclude(store)
  }

  @Sendable static func tell(_ event: SupervisorEvent, _ narrator: RoadNarrator) {
    switch event {
    case .started(let pid): narrator.say("worker", "process \(pid) started")
    case .died(let status, let delay):
      narrator.say("worker", "process ended (\(status)), starts again in \(delay.inSeconds) s")
    case .line, .stopped: break
    }
  }

  private func conclude(_ store: FieldStore) throws {
    let counts = try store.outbox.counts()
    let waiting = counts[.queued, default: 0] + counts[.retrying, default: 0]
    if waiting > 0 {
      Console.line("\(waiting) note(s) wait for the CRM. They are kept; delivery goes on at the next start.")
    }
    for job in try store.jobs.deadJobs() { Console.error("given up: \(job.lastError ?? job.id.rawValue)") }
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
