public import Domain
public import Foundation
import GRDB

/// What the copilot answers from: pieces of the company's material, found by their words.
public struct ReferenceStore: Sendable {
  let connection: StoreConnection

  /// nil before the first build.
  public func build() throws -> ReferenceBuild? { try search { try $0.build() } }

  /// How many chunks there are of each source, and how many have a vector.
  public func counts() throws -> (sources: [(source: ReferenceSource, chunks: Int)], vectors: Int) {
    try connection.read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT source, COUNT(*) AS n FROM reference_pieces GROUP BY source ORDER BY source")
      let vectors = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM reference_pieces WHERE vector_model IS NOT NULL")
      return (try rows.map { (try $0.state("source"), $0["n"]) }, vectors ?? 0)
    }
  }

  /// Every word, and in how many chunks it is.
  public func words(_ body: (String, Int) -> Void) throws { try search { try $0.words(body) } }

  /// Searches in one snapshot of the index.
  public func search<T>(_ body: (ReferenceSearch) throws -> T) throws -> T {
    try connection.read { try body(ReferenceSearch(db: $0)) }
  }

  /// nil where there is none.
  public func chunk(_ id: String) throws -> ReferenceChunk? {
    try connection.read { db in
      try String.fetchOne(db, sql: "SELECT json FROM reference_pieces WHERE id = ?", arguments: [id]).map(Self.chunk)
    }
  }

  /// Every chunk with its vector, in the order of ids.
  public func each(_ body: (ReferenceChunk, [Float]) throws -> Void) throws {
    try connection.read { db in
      let rows = try Row.fetchCursor(db, sql: "SELECT json, vector FROM reference_pieces ORDER BY id")
      while let row = try rows.next() {
        let vector: Data? = row["vector"]
        try body(try Self.chunk(row["json"]), vector.map(Self.floats) ?? [])
      }
    }
  }

  static func chunk(_ json: String) throws -> ReferenceChunk {
    guard let chunk = try? JSONDecoder().decode(ReferenceChunk.self, from: Data(json.utf8)) else {
      throw StorageError.unreadableValue(column: "reference_chunks.json")
    }
    return chunk
  }

  static func floats(_ data: Data) -> [Float] {
    data.withUnsafeBytes { bytes in
      (0..<data.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
  }
}

extension ReferenceStore {
  /// When a customer last changed; nil where there is none.
  public func newestCustomer() throws -> Date? {
    try connection.read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT MAX(at) FROM (
            SELECT MAX(updated_at) AS at FROM accounts UNION ALL SELECT MAX(updated_at) FROM people)
          """
      ).map(Date.init(unixMilliseconds:))
    }
  }

  /// What a search can be narrowed to; of accounts at most so many.
  public func places(accounts: Int) throws -> ReferencePlaces {
    try connection.read { db in
      func names(_ column: String, _ limit: Int) throws -> [String] {
        try String.fetchAll(
          db,
          sql: """
            SELECT DISTINCT \(column) FROM reference_pieces WHERE \(column) <> ''
            ORDER BY \(column) COLLATE NOCASE LIMIT ?
            """, arguments: [limit])
      }
      return ReferencePlaces(
        accounts: try names("account", accounts), reps: try names("rep", 200), regions: try names("region", 200))
    }
  }

  /// Every account with the person whom the table of customers names for it, or the first there is; in the order of
  /// customer ids. Read a few hundred at a time: whoever takes them may use the store.
  public func customers(_ body: (CustomerRow) throws -> Void) throws {
    var last = ""
    while true {
      let rows = try customers(after: last)
      try rows.forEach(body)
      guard let end = rows.last else { return }
      last = end.customerID
    }
  }

  private func customers(after last: String) throws -> [CustomerRow] {
    try connection.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT accounts.*, people.name AS person_name, people.title AS person_title, people.phone AS person_phone,
            people.email AS person_email
          FROM accounts LEFT JOIN people ON people.id = (
            SELECT id FROM people WHERE account_id = accounts.id ORDER BY is_imported DESC, number LIMIT 1)
          WHERE customer_id > ? ORDER BY customer_id LIMIT 500
          """, arguments: [last]
      ).map(CustomerRow.init(joined:))
    }
  }
}

extension CustomerRow {
  fileprivate init(joined row: Row) {
    self.init(
      customerID: row["customer_id"], account: Account(row: row).facts,
      person: PersonFacts(
        name: row["person_name"] ?? "", title: row["person_title"] ?? "", phone: row["person_phone"] ?? "",
        email: row["person_email"] ?? ""),
      followUpOn: "", due: nil)
  }
}
