import GRDB

/// Takes out of the index what is not seen, a little at a time: pieces that a build replaced, and those of a build that
/// never came to its end.
struct ReferenceTidying {
  /// So many pieces go in one transaction.
  private static let batch = 250
  /// So many pages of the index of words are brought together in one.
  private static let pages = 500

  let connection: StoreConnection

  /// - Parameter merging: where most is new, one list a word in place of one a word and batch: searches read them all.
  func run(merging: Bool) throws {
    try repeatedly { db in
      let gone = "SELECT number FROM reference_gone ORDER BY number LIMIT \(Self.batch)"
      try db.execute(sql: "DELETE FROM reference_chunks WHERE number IN (\(gone))")
      try db.execute(sql: "DELETE FROM reference_gone WHERE number IN (\(gone))")
      return db.changesCount > 0
    }
    if merging { try merge() }
  }

  /// Pieces above what is seen are of no build that is under way.
  func discardUnseen() throws {
    try repeatedly { db in
      try db.execute(
        sql: """
          DELETE FROM reference_chunks WHERE number IN (
            SELECT number FROM reference_chunks
            WHERE number > COALESCE((SELECT high FROM reference_build), 0) ORDER BY number LIMIT \(Self.batch))
          """)
      return db.changesCount > 0
    }
  }

  /// A negative number begins, others go on; one row less than two changed says that nothing is left to do (SQLite's
  /// documentation of FTS5, 'The merge command').
  private func merge() throws {
    var pages = -Self.pages
    try repeatedly { db in
      let before = db.totalChangesCount
      try db.execute(
        sql: "INSERT INTO reference_index (reference_index, rank) VALUES ('merge', ?)", arguments: [pages])
      pages = Self.pages
      return db.totalChangesCount - before >= 2
    }
  }

  private func repeatedly(_ body: (Database) throws -> Bool) throws {
    while try connection.write(body) {}
  }
}
