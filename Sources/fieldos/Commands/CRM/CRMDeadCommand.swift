import ArgumentParser
import Domain
import Foundation
import Storage

struct CRMDeadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dead", abstract: "Notes that delivery gave up: they are kept until a person sends them again.",
    discussion: "Send one again: fieldos crm retry ID. All: fieldos crm retry --all")

  @Flag(help: "One JSON document.") var json = false

  func run() async throws {
    let store = try FieldStore.existing()
    let entries = try store.outbox.dead()
    let count = try store.outbox.deadCount()
    if json {
      let objects: [Any] = entries.map(Self.object)
      Console.line(try CRMOutput.json(["count": count, "notes": objects]))
    } else {
      Console.line(entries.isEmpty ? "No note was given up." : Self.table(entries, now: Date()))
      if count > entries.count { Console.line("… and \(count - entries.count) more: --json lists as many.") }
    }
  }

  private static func table(_ entries: [OutboxEntry], now: Date) -> String {
    let rows = entries.map { entry in
      let badge = DeliveryBadge(entry.status)
      return [
        String(entry.id.rawValue.prefix(8)), "\(entry.noteVersion)", badge.label,
        CRMOutput.time(entry.stateChangedAt, now: now), "\(entry.attempts)",
        entry.responseCode.map(String.init) ?? "–", entry.unknownOutcome ? "maybe" : "no", badge.error ?? "",
      ]
    }
    return CRMOutput.table([["ID", "version", "state", "since", "tries", "HTTP", "in CRM?", "error"]] + rows)
  }

  static func object(_ entry: OutboxEntry) -> [String: Any] {
    CRMOutput.nulled([
      "id": entry.id.rawValue, "note_id": entry.noteID.rawValue, "note_version": entry.noteVersion,
      "payload_id": entry.payloadID, "state": entry.state.rawValue, "label": DeliveryBadge(entry.status).label,
      "since": Timestamp.utc(entry.stateChangedAt), "attempts": entry.attempts,
      "next_attempt_at": entry.nextAttemptAt.map(Timestamp.utc), "response_code": entry.responseCode,
      "error": DeliveryBadge(entry.status).error, "unknown_outcome": entry.unknownOutcome,
    ])
  }
}
