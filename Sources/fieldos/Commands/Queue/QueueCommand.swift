import ArgumentParser
import Domain
import Foundation
import Storage

struct QueueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue", abstract: "See, retry, cancel and pause the work that waits.",
    discussion: "An ID may be cut to its first 6 characters or more. Exit codes: 0 done; 1 nothing done, for the state "
      + "forbids it; 2 no such job or queue.",
    subcommands: [
      QueueListCommand.self, QueueShowCommand.self, QueueDeadCommand.self, QueueRetryCommand.self,
      QueueCancelCommand.self, QueuePriorityCommand.self, QueuePauseCommand.self, QueueResumeCommand.self,
    ])
}

/// What the commands about queues do alike.
enum QueueDesk {
  /// Who is asking, for the record.
  static var person: String {
    let name = NSUserName()
    return name.isEmpty ? "somebody" : name
  }

  /// The one job whose ID starts like this.
  static func job(_ id: String, in store: FieldStore) throws -> Job {
    let prefix = id.lowercased()
    if prefix.count < 6 { throw misuse(Wording.jobIDTooShort(id)) }
    let found = try store.jobs.find(prefix: prefix)
    guard let job = found.first else { throw misuse(Wording.noSuchJob(id)) }
    if found.count > 1, job.id.rawValue != prefix { throw misuse(Wording.manyJobs(id)) }
    return job
  }

  static func queue(_ name: String) throws -> QueueName {
    guard let queue = QueueName(rawValue: name) else { throw misuse(Wording.noSuchQueue(name)) }
    return queue
  }

  static func misuse(_ line: String) -> ExitCode { complaint(line, code: 2) }

  /// Says what was wrong in one line, and gives what to throw.
  static func complaint(_ line: String, code: Int32) -> ExitCode {
    Console.error("fieldos: " + Wording.plain(line))
    return ExitCode(code)
  }

  /// Tells what came of an action on a job; a refusal exits 1.
  static func tell(_ result: Result<Job, JobRefusal>, on job: Job, json: Bool, done: (Job) -> String) throws {
    switch result {
    case .success(let after):
      if json { return try JSONValue.object(["done": .bool(true), "reason": .null, "job": facts(after)]).print() }
      Console.line(Wording.plain(done(after)))
    case .failure(let refusal):
      let line = Wording.line(for: refusal, on: job)
      if json { try JSONValue.object(["done": .bool(false), "reason": .text(line), "job": facts(job)]).print() }
      throw complaint(line, code: 1)
    }
  }

  /// A job as `--json` shows it.
  static func facts(_ job: Job, more: [String: JSONValue] = [:]) -> JSONValue {
    let own: [String: JSONValue] = [
      "id": .text(job.id.rawValue), "kind": .text(job.kind.rawValue), "kind_known": .bool(job.kind.isKnown),
      "clip_id": .text(job.clipID.rawValue), "state": .text(job.state.rawValue),
      "priority": .integer(job.priority), "attempts": .integer(job.attempts),
      "max_attempts": .integer(job.maxAttempts), "claims": .integer(job.claims), "due_at": .time(job.runAt),
      "worker": .text(orNull: job.leaseOwner), "lease_expires_at": .time(job.leaseExpiresAt),
      "last_error": .text(orNull: job.lastError), "created_at": .time(job.createdAt),
      "completed_at": .time(job.completedAt),
    ]
    return .object(own.merging(more) { $1 })
  }

  static func facts(_ attempt: JobAttempt) -> JSONValue {
    .object([
      "number": .integer(attempt.number), "worker": .text(attempt.worker), "started_at": .time(attempt.startedAt),
      "ended_at": .time(attempt.endedAt), "outcome": .text(orNull: attempt.outcome?.rawValue),
      "error": .text(orNull: attempt.error),
    ])
  }

  /// What the clip of a job is called, `–` where it is gone.
  static func clipName(_ job: Job, in store: FieldStore) throws -> String {
    try store.clips.find(job.clipID)?.originalName ?? "–"
  }

  static func show(_ table: TextTable) {
    for line in table.lines(terminalColumns: Console.columns) { Console.line(line) }
  }
}
