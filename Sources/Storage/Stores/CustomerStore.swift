public import Domain
import Foundation
import GRDB

/// Customers of a table that another system keeps. Reading it again changes what has changed in it, and never what
/// people did here: what they edited, snoozed or finished stays.
public struct CustomerStore: Sendable {
  private static let stepSize = 500

  let connection: StoreConnection

  /// Whether a table with these bytes was read before.
  /// - Parameter sha256: 64 lower-case hex digits.
  public func hasTaken(_ sha256: String) throws -> Bool {
    try connection.read { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM customer_files WHERE sha256 = ?)", arguments: [sha256]) ?? false
    }
  }

  /// Takes rows in, by steps of 500, each a transaction with its event: a crash in between leaves the rest for the next
  /// time. The table counts as read once every row is in.
  /// - Parameters:
  ///   - sha256: of the table's bytes.
  ///   - ownerID: of accounts that are new; the others keep theirs.
  /// - Returns: what became of the rows; `found`, `junk` and `deliveries` are the caller's to count.
  public func take(_ rows: [CustomerRow], sha256: String, ownerID: ID<Owner>) throws -> CustomerTally {
    var tally = CustomerTally()
    for start in stride(from: 0, to: rows.count, by: Self.stepSize) {
      let step = rows[start..<min(start + Self.stepSize, rows.count)]
      tally = try take(step, tally, sha256, ownerID)
    }
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: "INSERT INTO customer_files (sha256, imported_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        arguments: [sha256, now])
    }
    return tally
  }

  private func take(
    _ rows: ArraySlice<CustomerRow>, _ before: CustomerTally, _ sha256: String, _ ownerID: ID<Owner>
  ) throws -> CustomerTally {
    let now = connection.now
    return try connection.write { db in
      var tally = before
      for row in rows { try Self.take(db, row, ownerID, now, &tally) }
      guard tally.added + tally.changed > before.added + before.changed else { return tally }
      try EventStore.append(
        db, at: now, kind: "people.imported", ownerID: ownerID, subjectID: String(sha256.prefix(12)),
        facts: ["added": tally.added - before.added, "changed": tally.changed - before.changed])
      return tally
    }
  }

  private static func take(
    _ db: Database, _ row: CustomerRow, _ ownerID: ID<Owner>, _ now: Int64, _ tally: inout CustomerTally
  ) throws {
    var row = row
    let isErased = try isErased(db, row)
    if isErased {
      tally.erased += 1
      row = row.withoutPerson
    }
    let known = try Row.fetchOne(db, sql: "SELECT * FROM accounts WHERE customer_id = ?", arguments: [row.customerID])
    guard let known else {
      if isErased { return }
      try insert(db, row, ownerID, now, &tally)
      tally.added += 1
      return
    }
    let json = try imported(row)
    let before: String? = known["imported"]
    if before == json {
      tally.unchanged += 1
      return
    }
    let old = try before.map { try JSONDecoder().decode(CustomerRow.self, from: Data($0.utf8)) } ?? row
    try merge(db, row, since: old, into: Account(row: known), json, now, &tally)
    tally.changed += 1
  }

  /// Whether the row's person, or the customer as a whole, was erased here.
  private static func isErased(_ db: Database, _ row: CustomerRow) throws -> Bool {
    let person = row.person
    return try ErasureMarks.holds(
      db,
      ErasureMarks.person(
        name: person.name, email: person.email, phone: person.phone, customerID: row.customerID,
        account: row.account.name) + [ErasureMarks.customer(row.customerID)])
  }

  private static func insert(
    _ db: Database, _ row: CustomerRow, _ ownerID: ID<Owner>, _ now: Int64, _ tally: inout CustomerTally
  ) throws {
    let created = Date(unixMilliseconds: now)
    let account = Account(
      id: .random(), ownerID: ownerID, customerID: row.customerID, facts: row.account, createdAt: created)
    try account.insert(db, imported: try imported(row), at: now)
    let person = Person(
      id: .random(), ownerID: ownerID, accountID: account.id, facts: row.person, createdAt: created)
    try person.insert(db, isImported: true, at: now)
    try addFollowUp(db, row, person, now, &tally)
  }

  private static func merge(
    _ db: Database, _ row: CustomerRow, since old: CustomerRow, into account: Account, _ json: String, _ now: Int64,
    _ tally: inout CustomerTally
  ) throws {
    var account = account
    account.facts = account.facts.merging(row.account, since: old.account)
    try account.update(db, imported: json, at: now)
    let contact = try Row.fetchOne(
      db, sql: "SELECT * FROM people WHERE account_id = ? AND is_imported = 1", arguments: [account.id.rawValue])
    guard var person = contact.map({ Person(row: $0) }) else { return }
    person.facts = person.facts.merging(row.person, since: old.person)
    try db.execute(
      sql: "UPDATE people SET name = ?, title = ?, phone = ?, email = ?, updated_at = ? WHERE id = ?",
      arguments: [
        person.facts.name, person.facts.title, person.facts.phone, person.facts.email, now, person.id.rawValue,
      ])
    if row.followUpOn != old.followUpOn { try moveFollowUp(db, row, since: old, person, now, &tally) }
  }

  /// One that nobody touched follows the table; else the new date is a new follow-up.
  private static func moveFollowUp(
    _ db: Database, _ row: CustomerRow, since old: CustomerRow, _ person: Person, _ now: Int64,
    _ tally: inout CustomerTally
  ) throws {
    guard let due = row.due else { return }
    try db.execute(
      sql: """
        UPDATE OR IGNORE follow_ups SET due_at = ?, all_day = ?, imported_for = ?, updated_at = ?
        WHERE person_id = ? AND imported_for = ? AND version = 1 AND done_at IS NULL
        """,
      arguments: [
        due.at.unixMilliseconds, due.isAllDay, row.followUpOn, now, person.id.rawValue, old.followUpOn,
      ])
    if db.changesCount == 0 { try addFollowUp(db, row, person, now, &tally) }
  }

  private static func addFollowUp(
    _ db: Database, _ row: CustomerRow, _ person: Person, _ now: Int64, _ tally: inout CustomerTally
  ) throws {
    guard let due = row.due else { return }
    let isKnown = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM follow_ups WHERE person_id = ? AND imported_for = ?)",
      arguments: [person.id.rawValue, row.followUpOn])
    if isKnown == true { return }
    let followUp = FollowUp(id: .random(), ownerID: person.ownerID, personID: person.id, reason: "", due: due)
    try followUp.insert(db, importedFor: row.followUpOn, at: now)
    tally.followUps += 1
  }

  /// The row as it is kept to be compared with: without the time, which depends on a zone.
  private static func imported(_ row: CustomerRow) throws -> String {
    let kept = CustomerRow(
      customerID: row.customerID, account: row.account, person: row.person, followUpOn: row.followUpOn, due: nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(kept), as: UTF8.self)
  }
}
