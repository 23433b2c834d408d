public import Domain
import Foundation
import GRDB

/// Customers and the people there.
public struct PeopleStore: Sendable {
  let connection: StoreConnection

  /// The person with this identifier, nil where there is none.
  public func person(_ id: ID<Person>) throws -> Person? { try card(id)?.person }

  /// The account with this identifier, nil where there is none.
  public func account(_ id: ID<Account>) throws -> Account? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM accounts WHERE id = ?", arguments: [id.rawValue])
        .map { Account(row: $0) }
    }
  }

  /// The person with this identifier and the account, nil where there is none.
  public func card(_ id: ID<Person>) throws -> PersonCard? {
    try connection.read { try Self.card($0, id) }
  }

  /// Whom a customer's key means: the account's own contact, or whoever was added first. nil where nobody is known.
  public func card(customerID: String) throws -> PersonCard? {
    try connection.read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT \(PersonCard.columns) FROM \(PersonCard.join) WHERE accounts.customer_id = ?
          ORDER BY people.is_imported DESC, people.number LIMIT 1
          """,
        arguments: [customerID]
      ).map(PersonCard.init(row:))
    }
  }

  /// The people whose names, accounts or places have words that start so; without words, the first by name.
  /// - Parameters:
  ///   - ownerID: whose; nil for everybody's.
  ///   - limit: at most this many.
  public func search(_ text: String, ownerID: ID<Owner>?, limit: Int = 20) throws -> [PersonCard] {
    guard let pattern = SearchWords.prefixes(text) else { return try list(ownerID: ownerID, limit: limit) }
    return try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(PersonCard.columns) FROM people_search
          CROSS JOIN people ON people.number = people_search.rowid
          JOIN accounts ON accounts.id = people.account_id
          WHERE people_search MATCH :pattern AND (:owner IS NULL OR people.owner_id = :owner)
          ORDER BY people_search.rank, people.name LIMIT :limit
          """,
        arguments: ["pattern": pattern, "owner": ownerID?.rawValue, "limit": limit]
      ).map(PersonCard.init(row:))
    }
  }

  /// Which people the keys of customers mean; keys that nobody is known by are left out.
  /// - Parameter ownerID: whose; nil for everybody's.
  public func ids(customerIDs: [String], ownerID: ID<Owner>?) throws -> [String: ID<Person>] {
    try connection.read { db in
      let statement = try db.cachedStatement(
        sql: """
          SELECT people.id FROM accounts JOIN people ON people.account_id = accounts.id
          WHERE accounts.customer_id = :key AND (:owner IS NULL OR accounts.owner_id = :owner)
          ORDER BY people.is_imported DESC, people.number LIMIT 1
          """)
      return try customerIDs.reduce(into: [:]) { ids, key in
        let arguments: StatementArguments = ["key": key, "owner": ownerID?.rawValue]
        if let id = try String.fetchOne(statement, arguments: arguments) { ids[key] = ID(id) }
      }
    }
  }

  /// Services that customers take or asked for, in order of the alphabet, at most 50.
  public func services() throws -> [String] {
    try connection.read { db in
      try String.fetchAll(
        db, sql: "SELECT DISTINCT service FROM accounts WHERE service > '' ORDER BY service LIMIT 50")
    }
  }

  private func list(ownerID: ID<Owner>?, limit: Int) throws -> [PersonCard] {
    let condition = ownerID == nil ? "" : "WHERE people.owner_id = :owner"
    var arguments: StatementArguments = ["limit": limit]
    if let ownerID { arguments = arguments &+ ["owner": ownerID.rawValue] }
    return try connection.read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT \(PersonCard.columns) FROM \(PersonCard.join) \(condition) ORDER BY people.name LIMIT :limit",
        arguments: arguments
      ).map(PersonCard.init(row:))
    }
  }

  static func card(_ db: Database, _ id: ID<Person>) throws -> PersonCard? {
    try Row.fetchOne(
      db, sql: "SELECT \(PersonCard.columns) FROM \(PersonCard.join) WHERE people.id = ?", arguments: [id.rawValue]
    ).map(PersonCard.init(row:))
  }
}

/// Words that people type, as the search index takes them: nothing of them is an operator.
enum SearchWords {
  /// - Returns: nil where there is no word.
  static func prefixes(_ text: String) -> String? {
    let words = text.split { !$0.isLetter && !$0.isNumber }.prefix(8).map { "\"\($0.prefix(40))\"*" }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }
}
