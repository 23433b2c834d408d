import ArgumentParser
import Domain
import Foundation
import Operations
import Storage

struct EraseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erase a person: audio, transcripts, notes, deliveries, search, logs and views, and prove it.",
    discussion: """
      Shows what would go, asks for the person's name, removes it, writes the database anew and searches every byte of
      the data folder. What the CRM has, and what lies in backups, is listed: it has to be erased there. docs/erase.md
      says more.
      """)

  @Option(help: "A contact's ID, as in the address of its page.") var contact: String?
  @Option(help: "The person's e-mail address.") var email: String?
  @Option(help: "The person's whole name.") var name: String?
  @Flag(help: "Show what would go; remove nothing.") var dryRun = false
  @Flag(help: "Don't ask. Needed where no terminal is.") var yes = false
  @Flag(name: .customLong("continue"), help: "Go on with what was interrupted or found something.") var goesOn = false
  @Flag(help: "Print JSON, one object.") var json = false

  func run() async throws {
    let question = try question()
    if !dryRun, !goesOn, !yes, !EraseOutput.canAsk {
      throw UsageError("erase: no terminal to ask on. Look first with --dry-run, then add --yes.")
    }
    let store = try FieldStore.existing()
    let eraser = Eraser(store: store, indexCopy: try Settings.load().indexFile)
    guard let question else { return try tell(try eraser.resume(retriesFailed: true, tell: said)) }
    let plan = try plan(question, store)
    if dryRun { return try EraseOutput.show(plan, json: json) }
    // Who is not asked sees it at the end.
    if !json, !yes { try EraseOutput.show(plan, json: false) }
    if !yes, !EraseOutput.confirm(plan.subject) {
      Console.error("fieldos: erase: the name is not the same. Nothing was removed.")
      throw ExitCode(1)
    }
    try tell([try eraser.erase(plan, by: Owner.local, tell: said)])
  }

  private func said(_ state: ErasureState) {
    if !json { Console.error(EraseOutput.words(state)) }
  }

  /// - Returns: nil for `--continue`.
  private func question() throws -> EraseStore.Question? {
    let all: [EraseStore.Question] = [
      contact.map { .contact(ID($0)) }, email.map { .email($0) }, name.map { .name($0) },
    ].compactMap(\.self)
    if goesOn, all.isEmpty { return nil }
    let isBlank = [contact, email, name].contains { $0?.allSatisfy(\.isWhitespace) == true }
    guard all.count == 1, !goesOn, !isBlank else {
      throw UsageError("erase: say whom with one of --contact ID, --email ADDRESS, --name NAME; or --continue.")
    }
    return all[0]
  }

  private func plan(_ question: EraseStore.Question, _ store: FieldStore) throws -> ErasePlan {
    let found = try store.erasures.who(question)
    guard let subject = found.first else {
      throw UsageError("erase: nobody is known so. Look for the person: --name \"WHOLE NAME\", or by --email.")
    }
    guard found.count == 1 else {
      let ids = found.compactMap { $0.id?.rawValue }.joined(separator: ", ")
      throw UsageError("erase: \(found.count) contacts are known so. Say which: --contact ID, one of \(ids)")
    }
    guard let plan = try store.erasures.plan(subject) else {
      throw UsageError("erase: this contact is gone meanwhile.")
    }
    return plan
  }

  private func tell(_ reports: [EraseReport]) throws {
    if json {
      try JSONValue.list(reports.map(EraseOutput.json)).print()
    } else if reports.isEmpty {
      Console.line("Nothing to go on with.")
    } else {
      for report in reports { EraseOutput.show(report) }
    }
    if reports.contains(where: { $0.erasure.state != .done }) { throw ExitCode(1) }
  }
}
