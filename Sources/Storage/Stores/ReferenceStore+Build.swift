public import Domain
import Foundation
import GRDB

extension ReferenceStore {
  /// Makes the index hold these chunks and no others, with the event `copilot.indexed` where anything changed. A chunk that
  /// is as it was keeps its row and its vector. Of chunks with the same id the first counts.
  ///
  /// Written in small transactions, so that others who write wait for none for long. Until the last of them searches see the
  /// index before; a build that is killed, or whose chunks throw, changes nothing.
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
  ///   - chunks: hands every chunk to the function that it is given. Asked again where somebody was erased meanwhile: what
  ///     was read of them before must not come back.
  /// - Throws: `StorageError.leaseLost` where another build began.
  public func replace(
    ownerID: ID<Owner>, model: String, onProgress: @escaping (Int) -> Void = { _ in },
    _ chunks: ((ReferenceChunk) throws -> Void) throws -> Void
  ) throws -> ReferenceTally {
    for _ in 0..<Self.tries {
      do {
        var work = try ReferenceWork(connection, ownerID: ownerID)
        try chunks { chunk in
          try work.take(chunk)
          if work.tally.total % 1_000 == 0 { onProgress(work.tally.total) }
        }
        let tally = try work.finish(model: model)
        try ReferenceTidying(connection: connection).run(merging: tally.added + tally.changed > tally.unchanged)
        return tally
      } catch ReferenceWork.Stopped.emptied {
        continue
      }
    }
    throw StorageError.busy
  }

  private static var tries: Int { 5 }

  /// Takes everything out of the index, with the event `copilot.scrubbed`.
  /// - Returns: how many chunks there were.
  public func scrub(ownerID: ID<Owner>) throws -> Int {
    let now = connection.now
    return try connection.write { db in
      let count = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM reference_pieces") ?? 0
      try db.execute(
        sql: """
          DELETE FROM reference_staging; DELETE FROM reference_chunks; DELETE FROM reference_gone;
          DELETE FROM reference_words; DELETE FROM reference_build
          """)
      if count > 0 {
        try EventStore.append(
          db, at: now, kind: "copilot.scrubbed", ownerID: ownerID, subjectID: "reference_index",
          facts: ["chunks": count])
      }
      return count
    }
  }
}
