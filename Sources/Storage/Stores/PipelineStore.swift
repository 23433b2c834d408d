public import Domain
public import Foundation
import GRDB

/// The pipeline's figures as they were last read: they outlive a file that can't be read any more.
public struct PipelineStore: Sendable {
  let connection: StoreConnection

  /// The figures and when they were read; nil before the first were.
  public func known() throws -> (figures: PipelineFigures, readAt: Date)? {
    try connection.read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM pipeline_figures WHERE id = 1").map { row in
        let figures = PipelineFigures(
          lastUpdated: row["last_updated"], overdueTouches: row["overdue_touches"], weeklyValue: row["weekly_value"],
          currency: row["currency"])
        return (figures, row.date("read_at"))
      }
    }
  }

  /// Keeps figures that were read, with the event `pipeline.refreshed`.
  public func keep(_ figures: PipelineFigures) throws {
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO pipeline_figures
            (id, last_updated, overdue_touches, weekly_value, currency, read_at) VALUES (1, ?, ?, ?, ?, ?)
          """,
        arguments: [figures.lastUpdated, figures.overdueTouches, figures.weeklyValue, figures.currency, now])
      try EventStore.append(
        db, at: now, kind: "pipeline.refreshed", ownerID: Owner.local, subjectID: "pipeline",
        facts: ["overdue_touches": figures.overdueTouches])
    }
  }
}
