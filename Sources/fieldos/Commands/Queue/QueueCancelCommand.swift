import ArgumentParser
import Domain
import Foundation
import Storage

struct QueueCancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Withdraw a job that waits or runs; the recording stays where it is.",
    discussion: "A worker that runs it stops at its next sign of life. 'queue retry' starts it again.")

  @Argument(help: "A job's ID, or its first 6 characters or more.") var id: String
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let store = try FieldStore.existing()
    let job = try QueueDesk.job(id, in: store)
    try QueueDesk.tell(try store.jobs.cancel(job.id, by: QueueDesk.person), on: job, json: json) { after in
      "job \(after.id.rawValue.prefix(8)) is cancelled. Start it again: fieldos queue retry \(after.id.rawValue.prefix(8))"
    }
  }
}

struct QueuePriorityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "priority", abstract: "Move a job forward or back: higher goes first, 0 is usual.")

  @Argument(help: "A job's ID, or its first 6 characters or more.") var id: String
  @Argument(parsing: .allUnrecognized, help: "From -100 to 100.") var priority: [String] = []
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    guard priority.count == 1, let value = Int(priority[0]), Job.priorities.contains(value) else {
      throw QueueDesk.misuse("queue priority: one whole number from -100 to 100.")
    }
    let store = try FieldStore.existing()
    let job = try QueueDesk.job(id, in: store)
    let result = try store.jobs.prioritise(job.id, value, by: QueueDesk.person)
    try QueueDesk.tell(result, on: job, json: json) { after in
      "job \(after.id.rawValue.prefix(8)) has priority \(after.priority)."
    }
  }
}
