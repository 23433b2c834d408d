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

  /// In how many of these chunks each word is.
  static func counts(_ db: Database, _ ids: [String]) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for id in ids {
      let row = try Row.fetchOne(
        db, sql: "SELECT names, title, tags, content FROM reference_pieces WHERE id = ?", arguments: [id])
      guard let row else { continue }
      for word in of([row["names"], row["title"], row["tags"], row["content"]]) { counts[word, default: 0] += 1 }
    }
    return counts
  }

  /// Changes counts. A word that no chunk has any more goes.
  static func change(_ db: Database, _ changes: [String: Int]) throws {
    let gone = try db.cachedStatement(sql: "DELETE FROM reference_words WHERE word = ?1 AND chunks + ?2 <= 0")
    let less = try db.cachedStatement(sql: "UPDATE reference_words SET chunks = chunks + ?2 WHERE word = ?1")
    // A row that is to be inserted is checked before it is known that the word is there: more only.
    let more = try db.cachedStatement(
      sql: """
        INSERT INTO reference_words (word, chunks) VALUES (?1, ?2)
        ON CONFLICT (word) DO UPDATE SET chunks = chunks + ?2
        """)
    for (word, difference) in changes where difference != 0 {
      for statement in difference < 0 ? [gone, less] : [more] { try statement.execute(arguments: [word, difference]) }
    }
  }
}
