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
    guard let sql = found.sql else { return [] }
    return try connection.read { db in
      try Row.fetchAll(db, sql: sql, arguments: StatementArguments(found.arguments)).map { row in
        NoteHit(facts: try NoteFacts(row: row), excerpt: TextPieces.parse(row["excerpt"]))
      }
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
  /// nil: nothing can be found.
  package private(set) var sql: String?
  package private(set) var arguments: [String: (any DatabaseValueConvertible)?] = [:]

  package init(_ query: NoteQuery) {
    let isSearch = !query.words.allSatisfy(\.isWhitespace)
    let match = NoteWords.match(query.words)
    guard !isSearch || match != nil else { return }
    var conditions = ["drafts.deleted_at IS NULL"]
    // The same column whether words are looked for or not: each source walks its own order.
    let place = isSearch ? "note_index.rowid" : "drafts.seq"
    func keep(_ condition: String, _ name: String, _ value: (any DatabaseValueConvertible)?) {
      guard let value else { return }
      conditions.append(condition)
      arguments[name] = value
    }
    keep("note_index MATCH :match", "match", match)
    keep("drafts.owner_id = :owner", "owner", query.ownerID?.rawValue)
    keep("drafts.account = :account", "account", query.account)
    keep("\(place) >= :from", "from", query.from.map { DraftStore.seq($0) })
    keep("\(place) < :until", "until", query.until.map { DraftStore.seq($0) })
    let isBest = isSearch && query.order == .best
    if !isBest { keep("\(place) < :after", "after", query.after) }
    arguments["limit"] = min(max(query.limit, 1), 100) + 1
    if isBest { arguments["skip"] = min(max(query.skip, 0), 200) }
    sql = """
      SELECT \(NoteFacts.columns), \(isSearch ? Self.found : Self.first) AS excerpt
      FROM \(isSearch ? "note_index CROSS JOIN drafts ON drafts.seq = note_index.rowid" : "drafts")
      \(NoteFacts.joins)
      WHERE \(conditions.joined(separator: " AND "))
      ORDER BY \(isBest ? "note_index.rank" : "\(place) DESC") LIMIT :limit \(isBest ? "OFFSET :skip" : "")
      """
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

/// What a person typed, as FTS5 understands it.
package enum NoteWords {
  /// More words than these are not looked for.
  private static let most = 12

  /// Every word as the beginning of one, all of them wanted. Whatever was typed, it is a right query: words are quoted,
  /// and what holds no letter or figure is left out.
  /// - Returns: nil where no word is left.
  package static func match(_ typed: String) -> String? {
    let words = typed.prefix(400).split(whereSeparator: \.isWhitespace).map(plain).filter(hasWord).prefix(most)
    return words.isEmpty ? nil : words.map { "\"\($0)\"*" }.joined(separator: " ")
  }

  private static func plain(_ word: Substring) -> String {
    String(String.UnicodeScalarView(word.unicodeScalars.filter { $0 != "\"" && $0.value >= 0x20 }))
  }

  /// As the tokenizer sees it: letters and figures make words.
  private static func hasWord(_ word: String) -> Bool {
    word.unicodeScalars.contains { scalar in
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
        .letterNumber, .otherNumber:
        true
      default: false
      }
    }
  }
}

/// An excerpt as the index gives it.
package enum TextPieces {
  package static func parse(_ excerpt: String) -> [TextPiece] {
    var pieces: [TextPiece] = []
    var text = String.UnicodeScalarView()
    var isHit = false
    func end() {
      if !text.isEmpty { pieces.append(TextPiece(text: String(text), isHit: isHit)) }
      text = .init()
    }
    for scalar in excerpt.unicodeScalars {
      switch scalar.value {
      case 2, 3:
        end()
        isHit = scalar.value == 2
      case 9, 10, 13: text.append(" ")
      case 0..<0x20: continue
      default: text.append(scalar)
      }
    }
    end()
    return pieces
  }
}
