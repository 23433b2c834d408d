import Domain
import Foundation
import GRDB

extension Account {
  /// - Parameter prefix: before every column, where a join needs one.
  init(row: Row, prefix: String = "") {
    var facts = AccountFacts(name: row[prefix + "name"])
    for (column, path) in AccountFacts.texts { facts[keyPath: path] = row[prefix + column] }
    for (column, path) in AccountFacts.numbers { facts[keyPath: path] = row[prefix + column] }
    self.init(
      id: row.id(prefix + "id"), ownerID: row.id(prefix + "owner_id"), customerID: row[prefix + "customer_id"],
      facts: facts, createdAt: row.date(prefix + "created_at"))
  }

  private static let fixed = ["id", "owner_id", "customer_id", "created_at"]
  private static let factColumns = AccountFacts.texts.map(\.column) + AccountFacts.numbers.map(\.column)

  /// Every column of an account in a join, named so that `init(row:prefix:)` finds it.
  static func columns(of table: String, prefix: String) -> String {
    (fixed + factColumns).map { "\(table).\($0) AS \(prefix)\($0)" }.joined(separator: ", ")
  }

  /// - Parameter imported: the row of the table of customers that it comes from, as JSON.
  func insert(_ db: Database, imported: String?, at now: Int64) throws {
    let columns = Self.fixed + Self.factColumns + ["imported", "updated_at"]
    var values: [(any DatabaseValueConvertible)?] = [
      id.rawValue, ownerID.rawValue, customerID, createdAt.unixMilliseconds,
    ]
    values += factValues
    values += [imported, now]
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    try db.execute(
      sql: "INSERT INTO accounts (\(columns.joined(separator: ", "))) VALUES (\(marks))",
      arguments: StatementArguments(values))
  }

  func update(_ db: Database, imported: String?, at now: Int64) throws {
    var values = factValues
    values += [imported, now, id.rawValue]
    let sets = Self.factColumns.map { "\($0) = ?" }.joined(separator: ", ")
    try db.execute(
      sql: "UPDATE accounts SET \(sets), imported = ?, updated_at = ? WHERE id = ?",
      arguments: StatementArguments(values))
  }

  private var factValues: [(any DatabaseValueConvertible)?] {
    var values: [(any DatabaseValueConvertible)?] = []
    for (_, path) in AccountFacts.texts { values.append(facts[keyPath: path]) }
    for (_, path) in AccountFacts.numbers { values.append(facts[keyPath: path]) }
    return values
  }
}

extension Person {
  init(row: Row, prefix: String = "") {
    self.init(
      id: row.id(prefix + "id"), ownerID: row.id(prefix + "owner_id"), accountID: row.id(prefix + "account_id"),
      facts: PersonFacts(
        name: row[prefix + "name"], title: row[prefix + "title"], phone: row[prefix + "phone"],
        email: row[prefix + "email"]),
      createdAt: row.date(prefix + "created_at"))
  }

  static func columns(of table: String, prefix: String) -> String {
    ["id", "owner_id", "account_id", "name", "title", "phone", "email", "created_at"]
      .map { "\(table).\($0) AS \(prefix)\($0)" }.joined(separator: ", ")
  }

  func insert(_ db: Database, isImported: Bool, at now: Int64) throws {
    try db.execute(
      sql: """
        INSERT INTO people (id, owner_id, account_id, name, title, phone, email, is_imported, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id.rawValue, ownerID.rawValue, accountID.rawValue, facts.name, facts.title, facts.phone, facts.email,
        isImported, createdAt.unixMilliseconds, now,
      ])
  }
}

extension PersonCard {
  static let columns =
    Person.columns(of: "people", prefix: "p_") + ", " + Account.columns(of: "accounts", prefix: "a_")
  static let join = "people JOIN accounts ON accounts.id = people.account_id"

  init(row: Row) {
    self.init(person: Person(row: row, prefix: "p_"), account: Account(row: row, prefix: "a_"))
  }
}

extension FollowUp {
  init(row: Row) throws {
    let before: String? = row["before"]
    self.init(
      id: row.id("id"), ownerID: row.id("owner_id"), personID: row.id("person_id"), reason: row["reason"],
      due: Due(at: row.date("due_at"), isAllDay: row["all_day"]), doneAt: row.optionalDate("done_at"),
      version: row["version"],
      before: try before.map { try JSONDecoder().decode(FollowUp.Before.self, from: Data($0.utf8)) })
  }

  func insert(_ db: Database, importedFor: String?, at now: Int64) throws {
    try db.execute(
      sql: """
        INSERT INTO follow_ups (id, owner_id, person_id, reason, due_at, all_day, imported_for, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        id.rawValue, ownerID.rawValue, personID.rawValue, reason, due.at.unixMilliseconds, due.isAllDay, importedFor,
        now, now,
      ])
  }
}

extension Touch {
  static let columns = "follow_ups.*, " + PersonCard.columns
  static let join =
    "follow_ups JOIN people ON people.id = follow_ups.person_id "
    + "JOIN accounts ON accounts.id = people.account_id"

  init(row: Row) throws {
    self.init(followUp: try FollowUp(row: row), card: PersonCard(row: row))
  }
}
