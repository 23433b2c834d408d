import ArgumentParser
import Domain
import Foundation
import Storage

struct QueueShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One job, with every attempt that was ever made at it.")

  @Argument(help: "A job's ID, or its first 6 characters or more.") var id: String
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let store = try FieldStore.existing()
    let job = try QueueDesk.job(id, in: store)
    let attempts = try store.jobs.attempts(of: job.id)
    let clip = try QueueDesk.clipName(job, in: store)
    if json {
      let more: [String: JSONValue] = [
        "clip_name": .text(clip), "attempts_made": .list(attempts.map(QueueDesk.facts)),
      ]
      return try QueueDesk.facts(job, more: more).print()
    }
    let moment = Moment()
    for (name, value) in Self.facts(job, clip, moment) {
      Console.line(Wording.plain(name.padding(toLength: 12, withPad: " ", startingAt: 0) + value))
    }
    if attempts.isEmpty { return }
    Console.line()
    QueueDesk.show(Self.table(attempts, moment))
  }

  private static func facts(_ job: Job, _ clip: String, _ moment: Moment) -> [(String, String)] {
    let known = job.kind.isKnown ? "" : " (a newer release's: kept, never claimed)"
    var facts = [
      ("job", job.id.rawValue), ("clip", "\(clip) (\(job.clipID.rawValue))"), ("kind", job.kind.rawValue + known),
      ("state", job.state.rawValue), ("attempts", "\(job.attempts) of \(job.maxAttempts), \(job.claims) ever"),
      ("priority", String(job.priority)), ("taken in", moment.text(job.createdAt)),
    ]
    if job.state.isWaiting { facts.append(("due", job.runAt <= moment.now ? "now" : moment.text(job.runAt))) }
    if let worker = job.leaseOwner, let lease = job.leaseExpiresAt {
      facts.append(("worker", "\(worker), lease ends \(moment.text(lease))"))
    }
    if let end = job.completedAt { facts.append(("completed", moment.text(end))) }
    if let error = job.lastError { facts.append(("last error", error)) }
    return facts
  }

  private static func table(_ attempts: [JobAttempt], _ moment: Moment) -> TextTable {
    var table = TextTable(["attempt", "worker", "started", "took", "outcome", "error"], flexible: 5)
    for attempt in attempts {
      let took = (attempt.endedAt ?? moment.now).timeIntervalSince(attempt.startedAt)
      table.add([
        String(attempt.number), attempt.worker, moment.text(attempt.startedAt), Moment.length(took),
        attempt.outcome?.rawValue ?? "running", attempt.error ?? "–",
      ])
    }
    return table
  }
}
