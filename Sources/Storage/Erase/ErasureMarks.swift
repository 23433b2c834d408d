import Crypto
import Domain
import Foundation
import GRDB

/// What an erased person would be known by, hashed with the installation's salt: enough to leave out what an import
/// brings again, nothing to read a name from.
enum ErasureMarks {
  /// The salt of the first erasure; nil before it, and nothing needs to be checked then.
  static func salt(_ db: Database) throws -> Data? {
    try Data.fetchOne(db, sql: "SELECT salt FROM erasures LIMIT 1")
  }

  static func newSalt() -> Data {
    var generator = SystemRandomNumberGenerator()
    return Data((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  /// - Parameter parts: what kind of mark it is, then what is known.
  static func hash(_ parts: [String], salt: Data) -> String {
    var hash = SHA256()
    hash.update(data: salt)
    for part in parts { hash.update(data: Data("\(part.utf8.count):\(part)".utf8)) }
    return hash.finalize().hex
  }

  static func insert(_ db: Database, _ plan: ErasePlan, erasureID: ID<Erasure>) throws {
    guard let salt = try salt(db) else { return }
    let place = plan.subject.account
    var all = [plan.subject.facts, plan.subject.formerly].compactMap(\.self).flatMap { facts in
      person(
        name: facts.name, email: facts.email, phone: facts.phone, customerID: place?.customerID ?? "",
        account: place?.name ?? "")
    }
    if let place, place.goes { all.append(["customer", place.customerID]) }
    all += plan.sounds.map { ["sound", $0.ownerID.rawValue, $0.sha1] }
    all += plan.imports.map { ["import", $0] }
    for parts in all { try insert(db, parts, salt: salt, erasureID: erasureID) }
  }

  static func insert(_ db: Database, _ parts: [String], salt: Data, erasureID: ID<Erasure>) throws {
    try db.execute(
      sql: "INSERT INTO erasure_marks (hash, erasure_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
      arguments: [hash(parts, salt: salt), erasureID.rawValue])
  }

  /// Whether one of these was erased.
  static func holds(_ db: Database, _ all: [[String]]) throws -> Bool {
    try since(db, all) != nil
  }

  /// When the first of these was erased, nil where none was.
  static func since(_ db: Database, _ all: [[String]]) throws -> Int64? {
    guard let salt = try salt(db) else { return nil }
    let statement = try db.cachedStatement(
      sql: "SELECT at FROM erasure_marks JOIN erasures ON erasures.id = erasure_id WHERE hash = ?")
    for parts in all {
      if let at = try Int64.fetchOne(statement, arguments: [hash(parts, salt: salt)]) { return at }
    }
    return nil
  }

  /// A name alone is many people's: it counts with an e-mail, a phone, or the customer.
  static func person(
    name: String, email: String, phone: String, customerID: String, account: String
  ) -> [[String]] {
    let (name, email) = (PersonMatch.fold(name), PersonMatch.fold(email))
    let digits = phone.filter { $0.isASCII && $0.isNumber }
    let pairs = [
      ("mail+name", email, name), ("phone+name", digits, name), ("customer+name", customerID, name),
      ("customer+mail", customerID, email), ("account+name", PersonMatch.fold(account), name),
    ]
    return pairs.filter { !$0.1.isEmpty && !$0.2.isEmpty }.map { [$0.0, $0.1, $0.2] }
  }

  static func customer(_ id: String) -> [String] { ["customer", id] }
}
