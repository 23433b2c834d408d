import ArgumentParser
import Domain
import Foundation
import Storage

struct QueueDeadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dead", abstract: "The jobs that were given up, with the error of every attempt, oldest first.")

  @Flag(help: "Print JSON, one object a job.") var json = false

  func run() async throws {
    let store = try FieldStore.existing()
    let jobs = try store.jobs.deadJobs()
    if json { return try JSONValue.list(try jobs.map { try Self.facts($0, in: store) }).print() }
    if jobs.isEmpty { return Console.line("No job was given up.") }
    var table = TextTable(["id", "clip", "attempt", "ended", "outcome", "error"], flexible: 5)
    let moment = Moment()
    for job in jobs {
      for row in try Self.rows(job, in: store, moment) { table.add(row) }
    }
    QueueDesk.show(table)
    Console.error("Start again: fieldos queue retry ID, or all of them: fieldos queue retry --all-dead")
  }

  /// A row an attempt; the job's own cells stand in the first.
  private static func rows(_ job: Job, in store: FieldStore, _ moment: Moment) throws -> [[String]] {
    let attempts = try store.jobs.attempts(of: job.id)
    let own = [String(job.id.rawValue.prefix(8)), try QueueDesk.clipName(job, in: store)]
    if attempts.isEmpty { return [own + ["–", "–", "–", job.lastError ?? "–"]] }
    return attempts.enumerated().map { index, attempt in
      (index == 0 ? own : ["", ""]) + [
        String(attempt.number), attempt.endedAt.map(moment.text) ?? "–", attempt.outcome?.rawValue ?? "–",
        attempt.error ?? "–",
      ]
    }
  }

  private static func facts(_ job: Job, in store: FieldStore) throws -> JSONValue {
    QueueDesk.facts(
      job,
      more: [
        "clip_name": .text(try QueueDesk.clipName(job, in: store)),
        "attempts_made": .list(try store.jobs.attempts(of: job.id).map(QueueDesk.facts)),
      ])
  }
}
