import CRM
import Capture
import Domain
import Foundation
import Operations
import Storage
import Transcription

/// The whole road once, in a folder of its own: recording, words, note, a CRM that refuses once, log and report.
struct SmokeRun {
  let settings: Settings
  let store: FieldStore
  let isMock: Bool

  func run(_ clip: URL) async throws -> [ChecklistStep] {
    let desk = Ingest(store: store, dataDirectory: settings.dataDirectory)
    guard case .stored(let taken, _) = try desk.ingest(file: clip) else {
      return [ChecklistStep(name: "recording", isGood: false, words: "\(clip.lastPathComponent) was not taken in")]
    }
    try await travel()
    let heard = try store.transcripts.find(taken.id)
    let entry = try store.notes.find(taken.id).flatMap { note in try store.outbox.entries(of: note.id).first }
    return [durability(), recording(taken), words(heard), delivery(entry)] + (try views())
  }

  /// Until nothing is left to do.
  private func travel() async throws {
    let server = MockCRMServer(port: 0, failures: 1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      let crm = try CRMConfiguration(
        endpoint: "http://127.0.0.1:\(try await server.port)/crm/push", maxAttempts: 5)
      let worker = WorkerProcess.supervisor(settings, mock: isMock, givesUp: true) { _ in }
      try await Road(
        store: store, crm: crm, worker: worker, noteContact: .demo, takesMock: isMock, end: .whenSettled
      ).run()
      group.cancelAll()
    }
  }

  private func durability() -> ChecklistStep {
    let found = try? store.durability()
    let isGood = found?.synchronous == 2 && found?.journalMode == "wal"
    return ChecklistStep(
      name: "data folder", isGood: isGood, words: isGood ? "writable, every commit synced" : "commits are not synced")
  }

  private func recording(_ clip: Clip) -> ChecklistStep {
    let isThere = FileManager.default.fileExists(atPath: settings.dataDirectory.appending(path: clip.path).path)
    let length = clip.durationSeconds.map { String(format: ", %.1f s", $0) } ?? ""
    return ChecklistStep(
      name: "recording", isGood: isThere, words: "\(clip.originalName)\(length), sha256 \(clip.sha256.prefix(12))…")
  }

  private func words(_ heard: Transcript?) -> ChecklistStep {
    guard let heard else { return ChecklistStep(name: "words", isGood: false, words: "none; see: fieldos doctor") }
    let factor = heard.audioSeconds > 0 ? Double(heard.latencyMilliseconds) / 1_000 / heard.audioSeconds : 0
    let text = heard.text.prefix(80)
    return ChecklistStep(
      name: "words", isGood: !heard.text.isEmpty,
      words: "“\(text)” \(RoadNarrator.percent(heard.confidence)), \(heard.latencyMilliseconds) ms, "
        + String(format: "%.2f × real time, ", factor) + heard.model)
  }

  private func delivery(_ entry: OutboxEntry?) -> ChecklistStep {
    guard let entry else { return ChecklistStep(name: "CRM", isGood: false, words: "no note was made") }
    let code = entry.responseCode.map { ", HTTP \($0)" } ?? ""
    return ChecklistStep(
      name: "CRM", isGood: entry.state == .synced, words: "\(entry.state.rawValue)\(code), attempt \(entry.attempts)")
  }

  private func views() throws -> [ChecklistStep] {
    let history = try OpsLogReader.history(in: settings.dataDirectory)
    let report = try OpsReport(history, store: store, since: nil, until: Date())
    let snapshot = try SnapshotView(store: store).current()
    let file = try? Data(contentsOf: settings.dataDirectory.appending(path: "crm_snapshot.json"))
    return [
      ChecklistStep(
        name: "ops log", isGood: history.entries.count >= 3 && history.unreadableLines == 0,
        words: "\(history.entries.count) lines, the last says \(history.entries.last?.status ?? "nothing")"),
      ChecklistStep(
        name: "report", isGood: report.crm.rate == 1 && report.worker.rate == 1,
        words: "worker \(report.worker.good) of \(report.worker.tried), CRM \(report.crm.good) of \(report.crm.tried)"),
      ChecklistStep(
        name: "snapshot", isGood: file == snapshot, words: file == snapshot ? "is current" : "is behind the database"),
    ]
  }
}
