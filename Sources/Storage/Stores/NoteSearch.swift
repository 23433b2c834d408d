public import Domain
import Foundation
import GRDB

/// Lists of notes, newest first or by how well they fit what is looked for. A page costs the same however many notes there
/// are.
public struct NoteSearch: Sendable {
  let connection: StoreConnection

  /// A page of notes.
  /// - Returns: one more than the query's limit where there are more.
  public func page(_ query: NoteQuery) throws -> [NoteHit] {
    let found = NoteSearchSQL(query)
    guard let page = found.page else { return [] }
    return try connection.read { db in
      guard let best = found.best else { return try Self.hits(db, page, found.arguments) }
      let places = try Int64.fetchAll(db, sql: best, arguments: StatementArguments(found.arguments))
      let statement = try db.cachedStatement(sql: page)
      return try places.compactMap { place in
        try Row.fetchOne(statement, arguments: [place]).map { row in
          let texts: [String] = [row["found_names"], row["found_words"], row["found_said"]]
          return NoteHit(facts: try NoteFacts(row: row), excerpt: TextPieces.around(query.words, in: texts))
        }
      }
    }
  }

  private static func hits(
    _ db: Database, _ sql: String, _ arguments: [String: (any DatabaseValueConvertible)?]
  ) throws -> [NoteHit] {
    let statement = try db.cachedStatement(sql: sql)
    return try Row.fetchAll(statement, arguments: StatementArguments(arguments)).map { row in
      NoteHit(facts: try NoteFacts(row: row), excerpt: TextPieces.parse(row["excerpt"]))
    }
  }

  /// What is known of one note, deleted ones among them; nil where there is none.
  public func facts(_ id: ID<Note>) throws -> NoteFacts? {
    try connection.read { db in
      try Row.fetchOne(
        db, sql: "SELECT \(NoteFacts.columns) FROM drafts \(NoteFacts.joins) WHERE drafts.id = ?",
        arguments: [id.rawValue]
      ).map(NoteFacts.init(row:))
    }
  }

  /// The accounts that notes are about, in the order of their names.
  /// - Parameter ownerID: nil for everybody's.
  public func accounts(ownerID: ID<Owner>?, limit: Int = 500) throws -> [String] {
    try connection.read { db in
      try String.fetchAll(
        db, sql: NoteSearchSQL.accounts(ofOwner: ownerID != nil),
        arguments: StatementArguments([ownerID?.rawValue].compactMap(\.self)) + [limit])
    }
  }

  /// Everybody who has notes.
  public func owners() throws -> [ID<Owner>] {
    try connection.read { db in
      try String.fetchAll(db, sql: NoteSearchSQL.owners).map { ID(rawValue: $0) }
    }
  }
}

/// The statements of lists and searches.
package struct NoteSearchSQL {
  /// A page in order of time; where ``best`` is, the one note at a place. nil: nothing can be found.
  package private(set) var page: String?
  /// The places of a page in order of fit, among the newest that match: what is rare among words that are in every note
  /// costs no more than they do.
  package private(set) var best: String?
  private(set) var arguments: [String: (any DatabaseValueConvertible)?] = [:]
  private var conditions = ["drafts.deleted_at IS NULL"]

  /// So many of the newest notes that match are compared.
  private static let compared = 500

  package init(_ query: NoteQuery) {
    let isSearch = !query.words.allSatisfy(\.isWhitespace)
    let match = NoteWords.match(query.words)
    guard !isSearch || match != nil else { return }
    // Each source walks its own order.
    let place = isSearch ? "note_index.rowid" : "drafts.seq"
    keep("note_index MATCH :match", "match", match)
    keep("drafts.owner_id = :owner", "owner", query.ownerID?.rawValue)
    keep("drafts.account = :account", "account", query.account)
    keep("\(place) >= :from", "from", query.from.map { DraftStore.seq($0) })
    keep("\(place) < :until", "until", query.until.map { DraftStore.seq($0) })
    arguments["limit"] = min(max(query.limit, 1), 100) + 1
    if isSearch, query.order == .best {
      arguments["skip"] = min(max(query.skip, 0), 200)
      best = """
        SELECT place FROM (
          SELECT note_index.rowid AS place, bm25(note_index, 8.0, 4.0, 1.0) AS score FROM \(Self.indexed)
          WHERE \(filter) ORDER BY note_index.rowid DESC LIMIT \(Self.compared))
        ORDER BY score, place DESC LIMIT :limit OFFSET :skip
        """
      // FTS5 would look for the words anew to cut an excerpt from each note.
      page = """
        SELECT \(NoteFacts.columns), note_index.names AS found_names, note_index.words AS found_words,
          note_index.said AS found_said
        FROM drafts JOIN note_index ON note_index.rowid = drafts.seq \(NoteFacts.joins) WHERE drafts.seq = ?
        """
    } else {
      keep("\(place) < :after", "after", query.after)
      let (excerpt, source) = isSearch ? (Self.found, Self.indexed) : (Self.first, "drafts")
      page = Self.select(excerpt, source, "\(filter) ORDER BY \(place) DESC LIMIT :limit")
    }
  }

  private var filter: String { conditions.joined(separator: " AND ") }

  private mutating func keep(_ condition: String, _ name: String, _ value: (any DatabaseValueConvertible)?) {
    guard let value else { return }
    conditions.append(condition)
    arguments[name] = value
  }

  private static let indexed = "note_index CROSS JOIN drafts ON drafts.seq = note_index.rowid"

  private static func select(_ excerpt: String, _ source: String, _ filter: String) -> String {
    "SELECT \(NoteFacts.columns), \(excerpt) AS excerpt FROM \(source) \(NoteFacts.joins) WHERE \(filter)"
  }

  /// The words around what was found, hits between two marks that no text has for itself.
  private static let found = "snippet(note_index, -1, char(2), char(3), '…', 24)"
  private static let first = "substr(drafts.text, 1, 240)"

  /// Goes from account to account, not from note to note.
  package static func accounts(ofOwner: Bool) -> String {
    let own = ofOwner ? "owner_id = ?1 AND" : ""
    return """
      WITH RECURSIVE names (name) AS (
        SELECT (SELECT MIN(account) FROM drafts WHERE \(own) deleted_at IS NULL AND account > '')
        UNION ALL
        SELECT (SELECT MIN(account) FROM drafts WHERE \(own) deleted_at IS NULL AND account > names.name)
        FROM names WHERE names.name IS NOT NULL
      )
      SELECT name FROM names WHERE name IS NOT NULL LIMIT \(ofOwner ? "?2" : "?1")
      """
  }

  package static let owners = """
    WITH RECURSIVE names (name) AS (
      SELECT (SELECT MIN(owner_id) FROM drafts WHERE deleted_at IS NULL)
      UNION ALL
      SELECT (SELECT MIN(owner_id) FROM drafts WHERE deleted_at IS NULL AND owner_id > names.name)
      FROM names WHERE names.name IS NOT NULL
    )
    SELECT name FROM names WHERE name IS NOT NULL
    """
}
