import ArgumentParser
import Domain
import Foundation
import Storage

struct QueuePauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Take nothing more from a queue until it is resumed; what runs is finished.")

  @Argument(help: "transcribe or delivery.") var name: String
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let queue = try QueueDesk.queue(name)
    let store = try FieldStore.existing()
    let done = try store.queues.pause(queue, by: QueueDesk.person)
    let pause = try store.queues.paused().first { $0.queue == queue }
    let reason = done ? nil : pause.map { Wording.alreadyPaused($0, Moment()) } ?? Wording.notPaused(queue)
    try QueueDesk.tell(queue, pause, reason, json: json, done: "\(queue.rawValue) is paused.")
  }
}

struct QueueResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "resume", abstract: "Open a paused queue again.")

  @Argument(help: "transcribe or delivery.") var name: String
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let queue = try QueueDesk.queue(name)
    let store = try FieldStore.existing()
    let done = try store.queues.resume(queue, by: QueueDesk.person)
    let reason = done ? nil : Wording.notPaused(queue)
    try QueueDesk.tell(queue, nil, reason, json: json, done: "\(queue.rawValue) is open again.")
  }
}

extension QueueDesk {
  /// Tells what came of an action on a queue.
  /// - Parameter reason: why nothing was done; exits 1.
  fileprivate static func tell(
    _ queue: QueueName, _ pause: QueuePause?, _ reason: String?, json: Bool, done: String
  ) throws {
    if json {
      try JSONValue.object([
        "done": .bool(reason == nil), "reason": .text(orNull: reason), "queue": .text(queue.rawValue),
        "paused": .bool(pause != nil), "paused_at": .time(pause?.since), "paused_by": .text(orNull: pause?.by),
      ]).print()
    } else if reason == nil {
      Console.line(done)
    }
    if let reason { throw complaint(reason, code: 1) }
  }
}
