public import Domain
import Foundation
import GRDB

/// What the copilot answers from: pieces of the company's material, found by their words.
public struct ReferenceStore: Sendable {
  let connection: StoreConnection

  /// nil before the first build.
  public func build() throws -> ReferenceBuild? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM reference_build WHERE id = 1").map { row in
        ReferenceBuild(
          version: row["version"], builtAt: row.date("built_at"), model: row["model"], chunks: row["chunks"],
          terms: row["terms"])
      }
    }
  }

  /// How many chunks there are of each source, and how many have a vector.
  public func counts() throws -> (sources: [(source: ReferenceSource, chunks: Int)], vectors: Int) {
    try connection.read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT source, COUNT(*) AS n FROM reference_chunks GROUP BY source ORDER BY source")
      let vectors = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM reference_chunks WHERE vector_model IS NOT NULL")
      return (try rows.map { (try $0.state("source"), $0["n"]) }, vectors ?? 0)
    }
  }

  /// Every word, and in how many chunks it is.
  public func words(_ body: (String, Int) -> Void) throws {
    try connection.read { db in
      let rows = try Row.fetchCursor(db, sql: "SELECT word, chunks FROM reference_words")
      while let row = try rows.next() { body(row[0], row[1]) }
    }
  }

  /// Searches in one snapshot of the index.
  public func search<T>(_ body: (ReferenceSearch) throws -> T) throws -> T {
    try connection.read { try body(ReferenceSearch(db: $0)) }
  }

  /// Chunks by what the index knows them by, in the order asked for; those that are gone are left out.
  public func chunks(_ numbers: [Int64]) throws -> [ReferenceChunk] {
    try connection.read { db in
      let statement = try db.cachedStatement(sql: "SELECT json FROM reference_chunks WHERE number = ?")
      return try numbers.compactMap { number in
        try String.fetchOne(statement, arguments: [number]).map(Self.chunk)
      }
    }
  }

  /// nil where there is none.
  public func chunk(_ id: String) throws -> ReferenceChunk? {
    try connection.read { db in
      try String.fetchOne(db, sql: "SELECT json FROM reference_chunks WHERE id = ?", arguments: [id]).map(Self.chunk)
    }
  }

  /// Every chunk with its vector, in the order of ids.
  public func each(_ body: (ReferenceChunk, [Float]) throws -> Void) throws {
    try connection.read { db in
      let rows = try Row.fetchCursor(db, sql: "SELECT json, vector FROM reference_chunks ORDER BY id")
      while let row = try rows.next() {
        let vector: Data? = row["vector"]
        try body(try Self.chunk(row["json"]), vector.map(Self.floats) ?? [])
      }
    }
  }

  private static func chunk(_ json: String) throws -> ReferenceChunk {
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

/// The index at one moment.
public struct ReferenceSearch {
  let db: Database

  /// Chunks that a query of FTS5 finds, in no order.
  /// - Parameter match: made of quoted words; see ``quoted(_:)``.
  public func numbers(matching match: String, limit: Int) throws -> [Int64] {
    let statement = try db.cachedStatement(
      sql: "SELECT rowid FROM reference_index WHERE reference_index MATCH ? LIMIT ?")
    return try Int64.fetchAll(statement, arguments: [match, limit])
  }

  /// A word as FTS5 takes it, whatever is in it.
  public static func quoted(_ word: String) -> String { "\"\(word.replacing("\"", with: ""))\"" }

  /// What ranking reads of a chunk; nil where it is gone.
  public func row(_ number: Int64) throws -> ReferenceRow? {
    let statement = try db.cachedStatement(
      sql: "SELECT source, account, rep, region, terms FROM reference_chunks WHERE number = ?")
    guard let row = try Row.fetchOne(statement, arguments: [number]) else { return nil }
    guard let terms = ChunkTerms(row["terms"] as Data) else {
      throw StorageError.unreadableValue(column: "reference_chunks.terms")
    }
    return ReferenceRow(
      number: number, source: try row.state("source"), account: row["account"], rep: row["rep"],
      region: row["region"], terms: terms)
  }
}

extension ReferenceStore {
  /// Every account with the person whom the table of customers names for it, or the first there is; in the order of
  /// customer ids.
  public func customers(_ body: (CustomerRow) -> Void) throws {
    try connection.read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT accounts.*, people.name AS person_name, people.title AS person_title, people.phone AS person_phone,
            people.email AS person_email
          FROM accounts LEFT JOIN people ON people.id = (
            SELECT id FROM people WHERE account_id = accounts.id ORDER BY is_imported DESC, number LIMIT 1)
          ORDER BY customer_id
          """)
      while let row = try rows.next() { body(CustomerRow(joined: row)) }
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
