import ArgumentParser
import Domain
import Foundation
import Storage

struct QueueRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Start a dead or cancelled job again, with all its attempts.",
    discussion: "The history of its attempts is kept.")

  @Argument(help: "A job's ID, or its first 6 characters or more.") var id: String?
  @Flag(help: "Start every dead job again; cancelled ones stay as they are.") var allDead = false
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    guard allDead == (id == nil) else { throw QueueDesk.misuse("queue retry: name one job, or say --all-dead.") }
    let store = try FieldStore.existing()
    guard let id else { return try retryAll(store) }
    let job = try QueueDesk.job(id, in: store)
    try QueueDesk.tell(try store.jobs.replay(job.id, by: QueueDesk.person), on: job, json: json) { after in
      "job \(after.id.rawValue.prefix(8)) is tried again, up to \(after.maxAttempts) times."
    }
  }

  private func retryAll(_ store: FieldStore) throws {
    let tally = try store.jobs.replayDead(by: QueueDesk.person)
    if json {
      return try JSONValue.object([
        "retried": .integer(tally.replayed), "left_with_pending_twin": .integer(tally.withPendingTwin),
      ]).print()
    }
    let left = tally.withPendingTwin == 0 ? "" : ", \(tally.withPendingTwin) left: their clips have another job pending"
    Console.line("\(tally.replayed) job(s) tried again\(left).")
  }
}
