import Crypto
import Domain
import Foundation
import GRDB

/// One build of the copilot's index: reads and reckons without holding up anybody, and writes what is new in batches above
/// what searches see.
struct ReferenceWork {
  /// The row that says that this build is under way is gone: somebody was erased, or the index was emptied.
  enum Stopped: Error { case emptied }

  /// So many pieces are written in one transaction: some 30 ms.
  private static let batch = 250

  private(set) var tally = ReferenceTally()
  private let connection: StoreConnection
  private let ownerID: ID<Owner>
  private let now: Int64
  private let token = ID<Owner>.random().rawValue
  /// The highest number that is seen before this build.
  private let high: Int64
  private var next: Int64
  private var terms: Int
  private var words: [String: Int] = [:]
  /// Which of the pieces that are seen stay: a bit for each number.
  private var kept: [UInt64]
  private var waiting: [(chunk: ReferenceChunk, json: String, hash: String)] = []
  private let encoder = JSONEncoder()

  init(_ connection: StoreConnection, ownerID: ID<Owner>) throws {
    self.connection = connection
    self.ownerID = ownerID
    now = connection.now
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let own = token
    try connection.write { db in
      try db.execute(sql: "INSERT OR REPLACE INTO reference_staging (id, token) VALUES (1, ?)", arguments: [own])
    }
    let tidying = ReferenceTidying(connection: connection)
    try tidying.discardUnseen()
    try tidying.run(merging: false)
    (high, terms, next) = try connection.read { db in
      let row = try Row.fetchOne(db, sql: "SELECT high, terms FROM reference_build")
      let last = try Int64.fetchOne(db, sql: "SELECT MAX(number) FROM reference_chunks") ?? 0
      let high: Int64 = row?["high"] ?? 0
      return (high, row?["terms"] ?? 0, max(high, last) + 1)
    }
    kept = [UInt64](repeating: 0, count: Int(high / 64) + 1)
  }

  mutating func take(_ chunk: ReferenceChunk) throws {
    let json = try encoder.encode(chunk)
    waiting.append((chunk, String(decoding: json, as: UTF8.self), SHA256.hash(data: json).hex))
    tally.added += 1
    if waiting.count == Self.batch { try flush() }
  }

  // MARK: A batch

  private struct Known {
    var number: Int64
    var hash: String
    var isWritten: Bool
  }

  private mutating func flush() throws {
    let ids = waiting.map(\.chunk.id)
    let known = try connection.read { db in try Self.known(db, ids, high) }
    var taken: Set<String> = []
    var fresh: [(chunk: ReferenceChunk, json: String, hash: String)] = []
    for item in waiting {
      let before = known[item.chunk.id]
      tally.added -= 1
      if !taken.insert(item.chunk.id).inserted || before?.isWritten == true || before.map({ isKept($0.number) }) == true
      {
        continue
      }
      if let before, before.hash == item.hash {
        kept[Int(before.number / 64)] |= 1 << UInt64(before.number % 64)
        tally.unchanged += 1
        continue
      }
      if before != nil { tally.changed += 1 } else { tally.added += 1 }
      fresh.append(item)
    }
    waiting.removeAll(keepingCapacity: true)
    if !fresh.isEmpty { try write(fresh) }
  }

  private func isKept(_ number: Int64) -> Bool {
    number <= high && kept[Int(number / 64)] >> UInt64(number % 64) & 1 == 1
  }

  /// What there is of these ids: as it is seen, or as this build has written it already.
  private static func known(_ db: Database, _ ids: [String], _ high: Int64) throws -> [String: Known] {
    let seen = try db.cachedStatement(sql: "SELECT number, hash FROM reference_pieces WHERE id = ?")
    let written = try db.cachedStatement(sql: "SELECT 1 FROM reference_chunks WHERE id = ? AND number > ?")
    var known: [String: Known] = [:]
    for id in ids {
      let isWritten = try Int.fetchOne(written, arguments: [id, high]) != nil
      if let row = try Row.fetchOne(seen, arguments: [id]) {
        known[id] = Known(number: row["number"], hash: row["hash"], isWritten: isWritten)
      } else if isWritten {
        known[id] = Known(number: .max, hash: "", isWritten: true)
      }
    }
    return known
  }

  private mutating func write(_ fresh: [(chunk: ReferenceChunk, json: String, hash: String)]) throws {
    let rows = fresh.map { ReferenceRecord($0.chunk, json: $0.json, hash: $0.hash) }
    let first = next
    try connection.write { [self] db in
      try checkUnderWay(db)
      for (place, row) in rows.enumerated() {
        try row.insert(db, number: first + Int64(place), ownerID: ownerID, at: now)
      }
    }
    next += Int64(rows.count)
    for row in rows {
      terms += row.terms.content.count
      for word in row.words { words[word, default: 0] += 1 }
    }
  }

  private func checkUnderWay(_ db: Database) throws {
    switch try String.fetchOne(db, sql: "SELECT token FROM reference_staging") {
    case token: return
    case nil: throw Stopped.emptied
    default: throw StorageError.leaseLost(id: "reference_index")
    }
  }

  // MARK: The end

  /// Searches see the new pieces, and no longer those that are gone.
  mutating func finish(model: String) throws -> ReferenceTally {
    try flush()
    let gone = try takeGone()
    tally.removed = gone.count - tally.changed
    try connection.write { [self] db in
      try checkUnderWay(db)
      let statement = try db.cachedStatement(sql: "INSERT INTO reference_gone (number) VALUES (?)")
      for number in gone { try statement.execute(arguments: [number]) }
      try ReferenceWords.change(db, words)
      try db.execute(
        sql: """
          INSERT INTO reference_build (id, version, built_at, model, chunks, terms, high) VALUES (1, 1, ?1, ?2, ?3, ?4, ?5)
          ON CONFLICT (id) DO UPDATE
          SET version = version + 1, built_at = ?1, model = ?2, chunks = ?3, terms = ?4, high = ?5;
          """, arguments: [now, model, tally.total, max(0, terms), next - 1])
      try tell(db)
    }
    return tally
  }

  /// The pieces that are seen and were not taken; their words leave the counts.
  private mutating func takeGone() throws -> [Int64] {
    let (kept, high) = (kept, high)
    var (gone, words, terms): ([Int64], [String: Int], Int) = ([], [:], 0)
    try connection.read { db in
      let numbers = try Int64.fetchCursor(db, sql: "SELECT number FROM reference_pieces ORDER BY number")
      let texts = try db.cachedStatement(
        sql: "SELECT names, title, tags, content FROM reference_chunks WHERE number = ?")
      while let number = try numbers.next() {
        if number > high || kept[Int(number / 64)] >> UInt64(number % 64) & 1 == 1 { continue }
        gone.append(number)
        guard let row = try Row.fetchOne(texts, arguments: [number]) else { continue }
        let content: String = row["content"]
        terms += TextTerms.words(content).count
        for word in ReferenceWords.of([row["names"], row["title"], row["tags"], content]) {
          words[word, default: 0] -= 1
        }
      }
    }
    self.words.merge(words, uniquingKeysWith: +)
    self.terms -= terms
    return gone
  }

  private func tell(_ db: Database) throws {
    guard tally.added + tally.changed + tally.removed > 0 else { return }
    try EventStore.append(
      db, at: now, kind: "copilot.indexed", ownerID: ownerID, subjectID: "reference_index",
      facts: [
        "added": tally.added, "changed": tally.changed, "unchanged": tally.unchanged, "removed": tally.removed,
      ])
  }
}

/// A piece as its row has it.
private struct ReferenceRecord {
  let chunk: ReferenceChunk
  let json: String
  let hash: String
  let title: String
  let tags: String
  let terms: ChunkTerms
  let words: Set<String>

  init(_ chunk: ReferenceChunk, json: String, hash: String) {
    (self.chunk, self.json, self.hash) = (chunk, json, hash)
    tags = (chunk.tags + chunk.valueProps + [chunk.discount ?? ""]).joined(separator: " ")
    title = (chunk.path.dropLast(chunk.path.last == chunk.title ? 1 : 0) + [chunk.title]).joined(separator: " › ")
    terms = ChunkTerms(chunk)
    words = ReferenceWords.of([chunk.names, title, tags, chunk.content])
  }

  func insert(_ db: Database, number: Int64, ownerID: ID<Owner>, at now: Int64) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO reference_chunks (number, id, owner_id, hash, source, account, rep, region, terms, names, title, tags,
          content, json, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      number, chunk.id, ownerID.rawValue, hash, chunk.source.rawValue, chunk.facts.account ?? "", chunk.facts.rep ?? "",
      chunk.facts.region ?? "", terms.data, chunk.names, title, tags, chunk.content, json, now,
    ])
  }
}
