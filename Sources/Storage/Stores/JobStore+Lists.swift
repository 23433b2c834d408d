public import Domain
import GRDB

/// Lists for people.
extension JobStore {
  /// The jobs of every kind that still have to be done: those that run, then the others in the order of claims.
  /// - Parameter limit: at most so many.
  public func pending(limit: Int) throws -> [Job] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: Self.pending(kinds: nil, limit: limit)
      ).map(Job.init(row:))
    }
  }

  /// The jobs of these kinds that still have to be done: those that run, then the others in the order of claims.
  public func pending(kinds: [JobKind]) throws -> [Job] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: Self.pending(kinds: kinds, limit: nil), arguments: StatementArguments(kinds.map(\.rawValue))
      ).map(Job.init(row:))
    }
  }

  /// The jobs that were given up, oldest first.
  /// - Parameter limit: at most so many.
  public func deadJobs(limit: Int = .max) throws -> [Job] {
    try connection.read { db in
      try Row.fetchAll(db, sql: Self.dead + " LIMIT ?", arguments: [limit]).map(Job.init(row:))
    }
  }

  private static func pending(kinds: [JobKind]?, limit: Int?) -> String {
    """
    SELECT * FROM jobs WHERE state IN ('available', 'running', 'retryable')
      \(kinds.map { "AND kind IN (\(databaseQuestionMarks(count: $0.count)))" } ?? "")
    ORDER BY state = 'running' DESC, priority DESC, run_at, created_at, rowid LIMIT \(limit ?? -1)
    """
  }
}
