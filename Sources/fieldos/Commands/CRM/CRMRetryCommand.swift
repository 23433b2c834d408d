import ArgumentParser
import Domain
import Foundation
import Storage

struct CRMRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Send a note again that was given up, or that waits; 'fieldos up' delivers it.",
    discussion: "Exit codes: 0 queued, 1 nothing done because of the note's state, 2 no such note.")

  @Argument(help: "Its ID in 'fieldos crm dead', or the first 6 or more characters of it.") var id: String?
  @Flag(help: "Every note that was given up.") var all = false
  @Flag(help: "One JSON document.") var json = false

  func validate() throws {
    if (id == nil) != all { throw ValidationError("Name the ID of one note, or --all.") }
  }

  func run() async throws {
    let store = try FieldStore.existing()
    guard let id else { return try CRMFlushCommand.tell(try store.outbox.flush(hurries: false), json: json) }
    let entry = try find(id, store)
    guard let result = try store.outbox.retry(entry.id) else { throw unknown(id) }
    switch result {
    case .queued(let entry), .hurried(let entry):
      Console.line(json ? try CRMOutput.json(CRMDeadCommand.object(entry)) : Wording.retried(result))
    case .refused, .offline:
      Console.error("fieldos: " + Wording.retried(result))
      throw ExitCode(1)
    }
  }

  private func find(_ prefix: String, _ store: FieldStore) throws -> OutboxEntry {
    guard prefix.count >= 6 else { throw refusal("\(prefix): too short. Give at least 6 characters of the ID.") }
    let found = try store.outbox.find(prefix: prefix.lowercased())
    guard let entry = found.first else { throw unknown(prefix) }
    if found.count > 1 { throw refusal("\(prefix): more than one note has an ID that starts so. Give more of it.") }
    return entry
  }

  private func unknown(_ id: String) -> ExitCode {
    refusal("\(id): no note has this ID. Look it up: fieldos crm dead")
  }

  private func refusal(_ words: String) -> ExitCode {
    Console.error("fieldos: " + Wording.plain(words))
    return ExitCode(2)
  }
}

struct CRMFlushCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flush",
    abstract: "Queue cached and failed notes again and try waiting ones now; 'fieldos up' delivers.")

  @Flag(help: "One JSON document.") var json = false

  func run() async throws {
    try Self.tell(try FieldStore.existing().outbox.flush(), json: json)
  }

  /// - Throws: exit code 1 where working offline kept everything from being queued.
  static func tell(_ flushed: OutboxStore.Flushed, json: Bool) throws {
    if json {
      let object = ["queued": flushed.queued, "hurried": flushed.hurried, "kept_offline": flushed.offline]
      Console.line(try CRMOutput.json(object))
    } else {
      Console.line("\(flushed.queued) note(s) queued again.")
      if flushed.hurried > 0 { Console.line("\(flushed.hurried) waiting note(s) are tried now.") }
    }
    guard flushed.offline > 0 else { return }
    Console.error("fieldos: " + Wording.keptOffline(flushed.offline))
    if flushed.queued + flushed.hurried == 0 { throw ExitCode(1) }
  }
}
