import Domain
import Foundation
import Operations

/// How `fieldos erase` tells what it found and did.
enum EraseOutput {
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Asks for the name, as a person types it.
  static func confirm(_ subject: ErasePlan.Subject) -> Bool {
    let wanted = subject.facts.name.isEmpty ? subject.facts.email : subject.facts.name
    Console.rawError("\nThis can't be undone. Type '\(Wording.plain(wanted))' to erase: ")
    return PersonMatch.isTyped(readLine() ?? "", for: wanted)
  }

  static func show(_ plan: ErasePlan, json: Bool) throws {
    if json { return try self.json(plan).print() }
    let facts = plan.subject.facts
    let who = [facts.name, facts.email, facts.phone, plan.subject.account?.name ?? ""].filter { !$0.isEmpty }
    Console.line(Wording.plain(who.joined(separator: ", ")))
    var table = TextTable(["what", "rows"], flexible: 0)
    for (label, count) in EraseWords.lines(plan) { table.add([label, String(count)]) }
    for line in table.lines(terminalColumns: Console.columns) { Console.line(line) }
    if let place = plan.subject.account, !place.goes {
      Console.line(Wording.plain("The account \(place.name) stays: others are in it."))
    }
    if let line = EraseWords.mentions(plan) { Console.line(line) }
    for line in EraseWords.deliveries(plan) { Console.line(Wording.plain(line)) }
  }

  static func show(_ report: EraseReport) {
    for line in EraseWords.deliveries(report.plan) { Console.line(Wording.plain(line)) }
    for line in EraseWords.result(report) { Console.line(Wording.plain(line)) }
  }

  static func words(_ state: ErasureState) -> String {
    switch state {
    case .planned: "removing rows …"
    case .removing: "rows are gone; removing recordings, logs and views …"
    case .proving: "writing the database anew and searching the data folder …"
    case .done: "done."
    case .failed: "something was found."
    }
  }

  static func json(_ plan: ErasePlan) -> JSONValue {
    .object([
      "contact": .text(orNull: plan.subject.id?.rawValue),
      "name": .text(plan.subject.facts.name), "email": .text(plan.subject.facts.email),
      "account_goes": .bool(plan.subject.account?.goes ?? false), "rows": counts(plan.counts),
      "files": .integer(plan.files.count), "mentions": .list(plan.mentions.map { .text($0.id.rawValue) }),
      "sending_until": .time(plan.sendingUntil), "crm": deliveries(plan),
    ])
  }

  static func json(_ report: EraseReport) -> JSONValue {
    let proof = report.erasure.proof
    return .object([
      "id": .text(report.erasure.id.rawValue), "state": .text(report.erasure.state.rawValue),
      "removed": counts(report.erasure.removed), "crm": deliveries(report.plan),
      "proof": proof.map { proof in
        .object([
          "files": .integer(proof.files), "bytes": .integer(proof.bytes), "needles": .integer(proof.needles),
          "short": .integer(proof.short), "residue": .integer(proof.residue), "mentions": .integer(proof.mentions),
        ])
      } ?? .null,
      "residue": files(report.residue), "backups": files(report.backups), "foreign": files(report.foreign),
      "unreadable": .list(report.unreadable.map(JSONValue.text)),
    ])
  }

  private static func counts(_ counts: [String: Int]) -> JSONValue { .object(counts.mapValues(JSONValue.integer)) }

  private static func files(_ files: [HoldingFile]) -> JSONValue {
    .list(files.map { .object(["path": .text($0.path), "places": .integer($0.words + $0.exact)]) })
  }

  private static func deliveries(_ plan: ErasePlan) -> JSONValue {
    .list(
      plan.deliveries.map { delivery in
        .object([
          "id": .text(delivery.crmID), "customer_id": .text(delivery.customerID), "at": .time(delivery.at),
          "response_code": delivery.responseCode.map(JSONValue.integer) ?? .null,
        ])
      })
  }
}
