import ArgumentParser
import Domain
import Foundation
import Storage

struct CRMOfflineCommand: AsyncParsableCommand {
  enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  static let configuration = CommandConfiguration(
    commandName: "offline", abstract: "Keep saved notes here instead of posting them; off queues what was kept.",
    discussion: "For everybody, or with --owner for one rep. To stop delivery and leave notes queued, pause the queue.")

  @Argument(help: "on or off.") var state: Switch
  @Option(help: "Identifier of the rep. Default: everybody.") var owner: String?
  @Flag(help: "One JSON document.") var json = false

  func validate() throws {
    if let owner, owner.trimmingCharacters(in: .whitespaces).isEmpty || owner == "*" {
      throw ValidationError("--owner: the identifier of one rep. Leave it out for everybody.")
    }
  }

  func run() async throws {
    let store = try FieldStore.existing()
    let count = try store.outbox.workOffline(state == .on, owner: owner.map { ID($0) })
    if json {
      let object: [String: Any?] = ["offline": try store.outbox.offlineOwners(), "changed_notes": count]
      return Console.line(try CRMOutput.json(object))
    }
    let who = owner.map(Wording.plain) ?? "everybody"
    switch state {
    case .on: Console.line("Work offline is on for \(who): \(count) waiting note(s) cached, nothing is posted.")
    case .off: Console.line("Work offline is off for \(who): \(count) note(s) queued again.")
    }
  }
}
