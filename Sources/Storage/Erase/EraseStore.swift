public import Domain
import Foundation
import GRDB

/// Erases everything that is kept about a person, and keeps that it was done: no name, only counts and salted hashes.
///
/// Reading whole tables is what these calls are for: they are asked by an admin once in a while, never by a page of
/// every day.
public struct EraseStore: Sendable {
  let connection: StoreConnection

  /// The erasure with this identifier, nil where there is none.
  public func find(_ id: ID<Erasure>) throws -> Erasure? {
    try connection.read { try Self.find($0, id) }
  }

  /// The last erasures, newest first.
  public func recent(limit: Int = 50) throws -> [Erasure] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM erasures ORDER BY at DESC, rowid DESC LIMIT ?", arguments: [limit])
        .map(Erasure.init(row:))
    }
  }

  /// Erasures that did not end well yet, oldest first.
  public func unfinished() throws -> [Erasure] {
    try connection.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM erasures WHERE state <> 'done' ORDER BY at, rowid")
        .map(Erasure.init(row:))
    }
  }

  /// Says that a person will be erased, with the event `person.erasing` and the hashes that an import is checked with.
  /// Doing it again changes nothing.
  /// - Parameter ownerID: who asked for it.
  public func begin(_ id: ID<Erasure>, _ plan: ErasePlan, by ownerID: ID<Owner>) throws {
    let now = connection.now
    let counts = try Self.json(plan.counts)
    try connection.write { db in
      if try Self.find(db, id) == nil {
        try db.execute(
          sql: """
            INSERT INTO erasures (id, owner_id, at, state, removed, salt, updated_at)
            VALUES (:id, :owner, :now, 'planned', :counts, :salt, :now)
            """,
          arguments: [
            "id": id.rawValue, "owner": ownerID.rawValue, "now": now, "counts": counts,
            "salt": try ErasureMarks.salt(db) ?? ErasureMarks.newSalt(),
          ])
        try Self.record(db, "erasing", id, ownerID, at: now)
      }
      try ErasureMarks.insert(db, plan, erasureID: id)
    }
  }

  /// Brings an erasure to its next state.
  /// - Parameters:
  ///   - files: how many files went; nil leaves the count as it is.
  ///   - proof: what the search found; nil leaves it as it is.
  public func advance(
    _ id: ID<Erasure>, to state: ErasureState, files: Int? = nil, proof: ErasureProof? = nil
  ) throws {
    let now = connection.now
    let proof = try proof.map { try Self.json($0) }
    try connection.write { db in
      guard let erasure = try Self.find(db, id) else { return }
      try db.execute(
        sql: """
          UPDATE erasures SET state = :state, proof = COALESCE(:proof, proof), updated_at = :now,
            removed = CASE WHEN :files IS NULL THEN removed ELSE json_set(removed, '$.files', :files) END
          WHERE id = :id
          """,
        arguments: ["state": state.rawValue, "proof": proof, "now": now, "files": files, "id": id.rawValue])
      if state == .done || state == .failed {
        try Self.record(db, state == .done ? "erased" : "erase_failed", id, erasure.ownerID, at: now)
      }
    }
  }

  static func find(_ db: Database, _ id: ID<Erasure>) throws -> Erasure? {
    try Row.fetchOne(db, sql: "SELECT * FROM erasures WHERE id = ?", arguments: [id.rawValue])
      .map(Erasure.init(row:))
  }

  static func record(_ db: Database, _ what: String, _ id: ID<Erasure>, _ ownerID: ID<Owner>, at now: Int64) throws {
    try EventStore.append(
      db, at: now, kind: "person.\(what)", ownerID: ownerID, subjectID: id.rawValue, facts: [String: Int]())
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension Erasure {
  fileprivate init(row: Row) throws {
    let decoder = JSONDecoder()
    func read<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
      do {
        return try decoder.decode(type, from: Data(text.utf8))
      } catch {
        throw StorageError.unreadableValue(column: "erasures")
      }
    }
    let proof: String? = row["proof"]
    self.init(
      id: row.id("id"), ownerID: row.id("owner_id"), at: row.date("at"), state: try row.state("state"),
      removed: try read([String: Int].self, row["removed"]),
      proof: try proof.map { try read(ErasureProof.self, $0) })
  }
}

extension EraseStore {
  /// Remembers lines of an imported log that were taken out, by their hashes: the same folder read again doesn't bring
  /// them back.
  public func remember(lines: [String], of id: ID<Erasure>) throws {
    try connection.write { db in
      guard let salt = try ErasureMarks.salt(db) else { return }
      for line in lines { try ErasureMarks.insert(db, ["line", line], salt: salt, erasureID: id) }
    }
  }
}
