import Domain
import Foundation
import Storage

/// Tells people what happens on the road, read from the store's events as they are committed.
struct RoadNarrator: Sendable {
  private let store: FieldStore
  private let start: ContinuousClock.Instant
  private let firstSeq: Int64

  /// Tells what happens from now on.
  init(_ store: FieldStore) throws {
    self.store = store
    start = .now
    firstSeq = try store.events.lastSeq()
  }

  /// Prints until the task is cancelled, then what is left.
  func run() async throws {
    var seq = firstSeq
    while true {
      let isLast = Task.isCancelled
      let told = try tell(after: &seq)
      if isLast, told == 0 { return }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// - Returns: how many events there were; none where the disk fails for a moment, which others say.
  private func tell(after seq: inout Int64) throws -> Int {
    do {
      let events = try store.events.after(seq, limit: 500)
      for event in events {
        let line = try line(for: event)
        seq = event.seq
        if let line { Console.line(line) }
      }
      return events.count
    } catch let error as StorageError where error.isPassing {
      return 0
    }
  }

  func say(_ stage: String, _ text: String) { Console.line(stamped(stage, text)) }

  private func stamped(_ stage: String, _ text: String) -> String {
    let seconds = start.duration(to: .now).inSeconds
    // Names of recordings come from outside.
    return String(format: "%6.1f s  ", seconds) + stage.padding(toLength: 11, withPad: " ", startingAt: 0) + " "
      + Wording.plain(text)
  }

  private func line(for event: Event) throws -> String? {
    switch event.kind {
    case "clip.stored": try clip(ID(event.subjectID)).map { stamped("saved", "\($0.originalName) → \($0.path)") }
    case "clip.purged": try clip(ID(event.subjectID)).map { stamped("purged", "\($0.path): its note is delivered") }
    case "job.running": try job(event).map { stamped("worker", "\($0.0.originalName): attempt \($0.1.attempts)") }
    case "job.retryable", "job.dead":
      try job(event).map { stamped("worker", "\($0.0.originalName): \($0.1.lastError ?? "failed")") }
    case "job.completed": try job(event).flatMap { try transcript(of: $0.0) }
    case let kind where kind.hasPrefix("crm."): try delivery(event)
    default: nil
    }
  }

  private func clip(_ id: ID<Clip>) throws -> Clip? { try store.clips.find(id) }

  private func job(_ event: Event) throws -> (Clip, Job)? {
    guard let job = try store.jobs.find(ID(event.subjectID)), let clip = try clip(job.clipID) else { return nil }
    return (clip, job)
  }

  private func transcript(of clip: Clip) throws -> String? {
    guard let heard = try store.transcripts.find(clip.id) else { return nil }
    let words = heard.text.isEmpty ? "(no speech)" : "“\(heard.text)”"
    return stamped("transcript", "\(clip.originalName): \(words) \(Self.percent(heard.confidence))")
  }

  private func delivery(_ event: Event) throws -> String? {
    guard let facts = try? JSONDecoder().decode(DeliveryFacts.self, from: Data(event.json.utf8)) else { return nil }
    let code = facts.crm_response_code.map { " HTTP \($0)" } ?? ""
    let reason = facts.crm_error.map { ": \($0)" } ?? ""
    let attempt = facts.crm_attempts > 0 ? ", attempt \(facts.crm_attempts)" : ""
    return stamped("crm", "note \(event.subjectID.prefix(8)) \(facts.status)\(code)\(reason)\(attempt)")
  }

  private struct DeliveryFacts: Decodable {
    let status: String
    let crm_response_code: Int?
    let crm_error: String?
    let crm_attempts: Int
  }

  static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
