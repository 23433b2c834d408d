import Crypto
public import Domain
import Foundation
import GRDB

extension ReferenceStore {
  /// Makes the index hold these chunks and no others, all or nothing, with the event `copilot.indexed` where anything
  /// changed. A chunk that is as it was keeps its row and its vector. Of chunks with the same id the first counts.
  /// - Parameter model: of embeddings that will be asked for; `none` for words alone.
  public func replace(
    ownerID: ID<Owner>, model: String, chunks: some Sequence<ReferenceChunk>
  ) throws -> ReferenceTally {
    try replace(ownerID: ownerID, model: model) { take in
      for chunk in chunks { try take(chunk) }
    }
  }

  /// The same, with chunks that are made one by one.
  /// - Parameters:
  ///   - onProgress: told how many chunks were taken, every thousand.
  ///   - chunks: hands every chunk to the function that it is given; what it throws leaves the index as it was.
  public func replace(
    ownerID: ID<Owner>, model: String, onProgress: @escaping (Int) -> Void = { _ in },
    _ chunks: ((ReferenceChunk) throws -> Void) throws -> Void
  ) throws -> ReferenceTally {
    let now = connection.now
    return try connection.write { db in
      var work = try ReferenceWork(db, ownerID: ownerID, now: now)
      try chunks { chunk in
        try work.take(chunk)
        if work.tally.total % 1_000 == 0 { onProgress(work.tally.total) }
      }
      try work.finish(model: model)
      return work.tally
    }
  }

  /// Takes everything out of the index, with the event `copilot.scrubbed`.
  /// - Returns: how many chunks there were.
  public func scrub(ownerID: ID<Owner>) throws -> Int {
    let now = connection.now
    return try connection.write { db in
      let count = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM reference_chunks") ?? 0
      try db.execute(sql: "DELETE FROM reference_chunks; DELETE FROM reference_words; DELETE FROM reference_build")
      if count > 0 {
        try EventStore.append(
          db, at: now, kind: "copilot.scrubbed", ownerID: ownerID, subjectID: "reference_index",
          facts: ["chunks": count])
      }
      return count
    }
  }
}

/// One build, in a running transaction.
private struct ReferenceWork {
  var tally = ReferenceTally()
  private let db: Database
  private let ownerID: ID<Owner>
  private let now: Int64
  private var words: [String: Int] = [:]
  private var terms = 0
  private let encoder = JSONEncoder()

  init(_ db: Database, ownerID: ID<Owner>, now: Int64) throws {
    self.db = db
    self.ownerID = ownerID
    self.now = now
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try db.execute(
      sql: """
        CREATE TEMP TABLE IF NOT EXISTS taken_chunks (number INTEGER PRIMARY KEY);
        DELETE FROM taken_chunks;
        """)
    terms = try Int.fetchOne(db, sql: "SELECT terms FROM reference_build WHERE id = 1") ?? 0
  }

  mutating func take(_ chunk: ReferenceChunk) throws {
    let json = try encoder.encode(chunk)
    let hash = SHA256.hash(data: json).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
    let known = try db.cachedStatement(sql: "SELECT number, hash FROM reference_chunks WHERE id = ?")
    let row = try Row.fetchOne(known, arguments: [chunk.id])
    if let number: Int64 = row?["number"] {
      try db.cachedStatement(sql: "INSERT OR IGNORE INTO taken_chunks VALUES (?)").execute(arguments: [number])
      guard db.changesCount == 1 else { return }
      if row?["hash"] == hash {
        tally.unchanged += 1
        return
      }
      try discount("number = ?", [number])
      try db.cachedStatement(sql: "DELETE FROM reference_chunks WHERE number = ?").execute(arguments: [number])
      tally.changed += 1
    } else {
      tally.added += 1
    }
    try insert(chunk, json: String(decoding: json, as: UTF8.self), hash: hash)
  }

  private mutating func insert(_ chunk: ReferenceChunk, json: String, hash: String) throws {
    let tags = (chunk.tags + chunk.valueProps + [chunk.discount ?? ""]).joined(separator: " ")
    let title = (chunk.path.dropLast(chunk.path.last == chunk.title ? 1 : 0) + [chunk.title]).joined(separator: " › ")
    let numbers = ChunkTerms(chunk)
    try db.cachedStatement(
      sql: """
        INSERT INTO reference_chunks (id, owner_id, hash, source, account, rep, region, terms, names, title, tags,
          content, json, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      chunk.id, ownerID.rawValue, hash, chunk.source.rawValue, chunk.facts.account ?? "", chunk.facts.rep ?? "",
      chunk.facts.region ?? "", numbers.data, chunk.names, title, tags, chunk.content, json, now,
    ])
    try db.cachedStatement(sql: "INSERT OR IGNORE INTO taken_chunks VALUES (?)").execute(
      arguments: [db.lastInsertedRowID])
    terms += numbers.content.count
    for word in ReferenceWords.of([chunk.names, title, tags, chunk.content]) { words[word, default: 0] += 1 }
  }

  /// Takes the words of rows that go out of the counts.
  private mutating func discount(_ condition: String, _ arguments: StatementArguments) throws {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT names, title, tags, content FROM reference_chunks WHERE \(condition)", arguments: arguments)
    while let row = try rows.next() {
      let content: String = row["content"]
      terms -= TextTerms.words(content).count
      for word in ReferenceWords.of([row["names"], row["title"], row["tags"], content]) {
        words[word, default: 0] -= 1
      }
    }
  }

  mutating func finish(model: String) throws {
    let gone = "number NOT IN (SELECT number FROM taken_chunks)"
    try discount(gone, [])
    try db.execute(sql: "DELETE FROM reference_chunks WHERE \(gone)")
    tally.removed = db.changesCount
    try ReferenceWords.change(db, words)
    try db.execute(sql: "DELETE FROM taken_chunks")
    // Where most is new, one list a word in place of one a word and batch: searches read them all.
    if tally.added + tally.changed > tally.unchanged {
      try db.execute(sql: "INSERT INTO reference_index (reference_index) VALUES ('optimize')")
    }
    try db.execute(
      sql: """
        INSERT INTO reference_build (id, version, built_at, model, chunks, terms) VALUES (1, 1, ?1, ?2, ?3, ?4)
        ON CONFLICT (id) DO UPDATE SET version = version + 1, built_at = ?1, model = ?2, chunks = ?3, terms = ?4
        """,
      arguments: [now, model, tally.total, max(0, terms)])
    guard tally.added + tally.changed + tally.removed > 0 else { return }
    try EventStore.append(
      db, at: now, kind: "copilot.indexed", ownerID: ownerID, subjectID: "reference_index",
      facts: [
        "added": tally.added, "changed": tally.changed, "unchanged": tally.unchanged, "removed": tally.removed,
      ])
  }
}
