public import Domain
import Foundation
import GRDB

/// The copilot's index at one moment.
public struct ReferenceSearch {
  let db: Database

  /// What `reference_pieces` has, for rows of the index of words.
  private static let seen = """
    rowid <= (SELECT high FROM reference_build) AND rowid NOT IN (SELECT number FROM reference_gone)
    """
  /// Most chunks that are looked at for a filter.
  private static let looked = 20_000

  /// nil before the first build.
  public func build() throws -> ReferenceBuild? {
    try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM reference_build WHERE id = 1")).map { row in
      ReferenceBuild(
        version: row["version"], builtAt: row.date("built_at"), model: row["model"], chunks: row["chunks"],
        terms: row["terms"])
    }
  }

  /// Every word, and in how many chunks it is.
  public func words(_ body: (String, Int) -> Void) throws {
    let rows = try Row.fetchCursor(db, sql: "SELECT word, chunks FROM reference_words")
    while let row = try rows.next() { body(row[0], row[1]) }
  }

  /// Chunks that a query of FTS5 finds, in no order.
  /// - Parameter match: made by ``any(of:)``.
  public func numbers(matching match: String, limit: Int, _ filter: ReferenceFilter) throws -> [Int64] {
    if filter.isEmpty {
      let statement = try db.cachedStatement(
        sql: "SELECT rowid FROM reference_index WHERE reference_index MATCH ? AND \(Self.seen) LIMIT ?")
      return try Int64.fetchAll(statement, arguments: [match, limit])
    }
    let statement = try db.cachedStatement(
      sql: """
        SELECT number, account, rep, region FROM (
          SELECT rowid AS found FROM reference_index WHERE reference_index MATCH ? AND \(Self.seen) LIMIT ?)
        CROSS JOIN reference_chunks ON number = found
        """)
    let rows = try Row.fetchCursor(statement, arguments: [match, Self.looked])
    var numbers: [Int64] = []
    while numbers.count < limit, let row = try rows.next() {
      if filter.lets(account: row[1], rep: row[2], region: row[3]) { numbers.append(row[0]) }
    }
    return numbers
  }

  /// What ranking reads of a chunk that this search found; nil where there is none.
  public func row(_ number: Int64) throws -> ReferenceRow? {
    let statement = try db.cachedStatement(
      sql: "SELECT source, account, rep, region, terms FROM reference_chunks WHERE number = ?")
    let rows = try Row.fetchCursor(statement, arguments: [number])
    guard let row = try rows.next() else { return nil }
    guard let terms = try row.withUnsafeData(atIndex: 4, { $0.flatMap(ChunkTerms.init) }) else {
      throw StorageError.unreadableValue(column: "reference_chunks.terms")
    }
    return ReferenceRow(
      number: number, source: try row.state("source"), account: row[1], rep: row[2], region: row[3], terms: terms)
  }

  /// A chunk by what the index knows it by; nil where there is none.
  public func chunk(_ number: Int64) throws -> ReferenceChunk? {
    let statement = try db.cachedStatement(sql: "SELECT json FROM reference_pieces WHERE number = ?")
    return try String.fetchOne(statement, arguments: [number]).map(ReferenceStore.chunk)
  }

  /// The vectors of a model, each with its chunk's number, at most so many, in the order of numbers.
  public func vectors(model: String, limit: Int, _ body: (Int64, [Float]) -> Void) throws {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT number, vector FROM reference_pieces WHERE vector_model = ? ORDER BY number LIMIT ?",
      arguments: [model, limit])
    while let row = try rows.next() { body(row[0], ReferenceStore.floats(row[1])) }
  }
}

// MARK: Words as FTS5 takes them

extension ReferenceSearch {
  /// Chunks that have any of these words; nil where none of them is one.
  public static func any(of words: [String]) -> String? {
    let queries = words.compactMap(whole)
    return queries.isEmpty ? nil : queries.joined(separator: " OR ")
  }

  /// What the tokenizer would cut, such as `5–10`, is asked for by all its pieces: the index keeps no places of words, and
  /// refuses to look for words side by side.
  static func whole(_ word: String) -> String? {
    let pieces = word.unicodeScalars.split { !isTaken($0) }.map { "\"\(String($0))\"" }
    if pieces.isEmpty { return nil }
    return pieces.count == 1 ? pieces[0] : "(\(pieces.joined(separator: " AND ")))"
  }

  /// Letters and figures that SQLite's tables know: they are of Unicode 6.1 or later.
  private static func isTaken(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar) }
    guard let age = scalar.properties.age, age.major < 6 || (age.major == 6 && age.minor <= 1) else { return false }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .privateUse:
      return true
    default: return false
    }
  }
}
