import Domain
import Foundation
import GRDB

/// In how many chunks each word is.
enum ReferenceWords {
  /// Whatever is longer is no word that anybody misspells.
  static let longest = 40

  /// The words of a chunk's texts, each once.
  static func of(_ texts: [String]) -> Set<String> {
    Set(texts.flatMap(TextTerms.words).filter { $0.count <= longest }.map { String(decoding: $0, as: UTF8.self) })
  }

  /// The words of chunks.
  static func of(_ db: Database, _ ids: [String]) throws -> Set<String> {
    var words: Set<String> = []
    for id in ids {
      let row = try Row.fetchOne(
        db, sql: "SELECT names, title, tags, content FROM reference_chunks WHERE id = ?", arguments: [id])
      if let row { words.formUnion(of([row["names"], row["title"], row["tags"], row["content"]])) }
    }
    return words
  }

  /// Changes counts. A word that no chunk has any more goes.
  static func change(_ db: Database, _ changes: [String: Int]) throws {
    let gone = try db.cachedStatement(sql: "DELETE FROM reference_words WHERE word = ? AND chunks + ? <= 0")
    let change = try db.cachedStatement(
      sql: """
        INSERT INTO reference_words (word, chunks) VALUES (?1, ?2)
        ON CONFLICT (word) DO UPDATE SET chunks = chunks + ?2
        """)
    for (word, difference) in changes where difference != 0 {
      if difference < 0 {
        try gone.execute(arguments: [word, difference])
        if db.changesCount > 0 { continue }
      }
      try change.execute(arguments: [word, difference])
    }
  }

  /// Takes out those of the words that no chunk has.
  static func forget(_ db: Database, _ words: Set<String>) throws {
    for word in words {
      let isUsed = try ReferenceSearch.any(of: [word]).flatMap { match in
        try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM reference_index WHERE reference_index MATCH ?)", arguments: [match])
      }
      if isUsed != true { try db.execute(sql: "DELETE FROM reference_words WHERE word = ?", arguments: [word]) }
    }
  }
}
