import Domain
import Foundation
import GRDB

/// Takes what is said of a person out of rows that stay.
struct EraseScrub {
  static let placeholder = "[erased]"
  /// Facts of events that quote words from elsewhere. The others are numbers, states and identifiers.
  private static let quoted = ["error", "crm_error", "final_worker_error", "chat_last_error", "chat_last_query"]

  private let db: Database
  private let plan: ErasePlan
  private let words: [String]

  init(_ db: Database, _ plan: ErasePlan) {
    self.db = db
    self.plan = plan
    words = Needles(plan).words
  }

  func run() throws {
    try scrubEvents()
    try scrubAudit()
    try scrubInherited()
    try scrubAccount()
    try scrubCopilot()
  }

  private func scrubCopilot() throws {
    guard let row = try Row.fetchOne(db, sql: "SELECT last_query, last_error FROM copilot_tally") else { return }
    let texts: [String?] = [row["last_query"], row["last_error"]]
    let clean = texts.map { $0.map(without) }
    guard clean != texts else { return }
    try db.execute(
      sql: "UPDATE copilot_tally SET last_query = ?, last_error = ?", arguments: [clean[0], clean[1]])
  }

  private func scrubEvents() throws {
    for fact in Self.quoted {
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT seq, json_extract(json, '$.\(fact)') AS text FROM events
          WHERE json_type(json, '$.\(fact)') = 'text'
          """)
      for row in rows {
        let text: String = row["text"]
        let clean = without(text)
        if clean == text { continue }
        try db.execute(
          sql: "UPDATE events SET json = json_set(json, '$.\(fact)', ?) WHERE seq = ?",
          arguments: [clean, row["seq"] as Int64])
      }
    }
  }

  private func scrubAudit() throws {
    let ids = plan.allIDs
    let rows = try Row.fetchAll(db, sql: "SELECT id, subject FROM audit WHERE subject <> ''")
    let known = Set(ids)
    for row in rows {
      let subject: String = row["subject"]
      let names = subject.split(separator: "/").contains { known.contains(String($0)) }
      guard names || without(subject) != subject else { continue }
      try db.execute(
        sql: "UPDATE audit SET subject = ? WHERE id = ?", arguments: [Self.placeholder, row["id"] as Int64])
    }
  }

  /// What a prototype's snapshot said, with every payload taken out that names the person.
  private func scrubInherited() throws {
    let sql = """
      SELECT path, value FROM (
        SELECT '$.recent_payloads[' || item.key || ']' AS path, item.value AS value, item.key AS place
        FROM views, json_each(views.inherited, '$.recent_payloads') AS item WHERE views.inherited IS NOT NULL
        UNION ALL
        SELECT '$.last_payload', json_extract(inherited, '$.last_payload'), -1 FROM views
        WHERE json_type(inherited, '$.last_payload') = 'object'
      ) ORDER BY place DESC
      """
    for row in try Row.fetchAll(db, sql: sql) {
      let value: String = row["value"] ?? ""
      guard without(value) != value else { continue }
      var paths: [String] = [row["path"]]
      if paths == ["$.last_payload"] { paths.append("$.last_crm_status") }
      for path in paths {
        try db.execute(
          sql: "UPDATE views SET inherited = json_remove(inherited, ?) WHERE inherited IS NOT NULL", arguments: [path])
      }
    }
  }

  /// An account that stays keeps the row of the table that it came from, without its person.
  private func scrubAccount() throws {
    guard let place = plan.subject.account, !place.goes else { return }
    let text = try String.fetchOne(
      db, sql: "SELECT imported FROM accounts WHERE id = ?", arguments: [place.id.rawValue])
    guard let text, let row = try? JSONDecoder().decode(CustomerRow.self, from: Data(text.utf8)) else { return }
    let names = [plan.subject.facts, plan.subject.formerly].compactMap(\.self).map { PersonMatch.fold($0.name) }
    guard names.contains(PersonMatch.fold(row.person.name)) else { return }
    try db.execute(
      sql: "UPDATE accounts SET imported = ? WHERE id = ?",
      arguments: [try EraseStore.json(row.withoutPerson), place.id.rawValue])
  }

  private func without(_ text: String) -> String {
    words.reduce(text) { $0.replacingOccurrences(of: $1, with: Self.placeholder, options: .caseInsensitive) }
  }
}

extension CustomerRow {
  /// The account's facts alone.
  var withoutPerson: CustomerRow {
    CustomerRow(customerID: customerID, account: account, person: PersonFacts(name: ""), followUpOn: "", due: nil)
  }
}
