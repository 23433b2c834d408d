public import Domain
public import Foundation
import GRDB

extension EraseStore {
  /// What came of removing a person's rows.
  public enum Removal: Sendable, Equatable {
    /// The rows are gone.
    case removed
    /// More is there than the plan says; nothing was written. It has to be kept before rows go.
    case grew(ErasePlan)
    /// A note is on its way to the CRM; nothing was written. At that time the claim is over in any case.
    case sending(until: Date)
  }

  /// Removes every row of a plan and what other rows say of the person, all or nothing, and brings the erasure to
  /// `removing`. A job under way loses its row: its worker learns so at its next sign of life, and its result counts no
  /// more. Deleted bytes are overwritten.
  public func remove(_ plan: ErasePlan, of id: ID<Erasure>) throws -> Removal {
    let now = connection.now
    try overwriteWhatIsDeleted()
    return try connection.write { db in
      guard let erasure = try Self.find(db, id), erasure.state == .planned || erasure.state == .failed else {
        return .removed
      }
      let found = try EraseSearch(db, plan.subject, now: now).plan
      if let until = found.sendingUntil { return .sending(until: until) }
      let (all, isMore) = plan.merging(found)
      if isMore { return .grew(all) }
      try ErasureMarks.insert(db, plan, erasureID: id)
      let words = try ReferenceWords.counts(db, plan.ids["reference_chunks"] ?? [])
      try Self.delete(db, plan)
      try ReferenceWords.change(db, words.mapValues(-))
      // What a build under way read of the person must not come back; what searches keep in memory must not stay.
      try db.execute(sql: "DELETE FROM reference_staging; UPDATE reference_build SET version = version + 1")
      try EraseScrub(db, plan).run()
      try db.execute(
        sql: "UPDATE erasures SET state = 'removing', removed = ?, updated_at = ? WHERE id = ?",
        arguments: [try Self.json(Self.larger(erasure.removed, found.counts)), now, id.rawValue])
      return .removed
    }
  }

  private func overwriteWhatIsDeleted() throws {
    try connection.readOnWriter { db in
      _ = try Row.fetchAll(db, sql: "PRAGMA secure_delete = ON")
    }
  }

  private static func delete(_ db: Database, _ plan: ErasePlan) throws {
    for (table, answer) in ErasedTables.all {
      guard case .rows(let condition) = answer else { continue }
      try db.execute(
        sql: "DELETE FROM \(table) WHERE \(condition)", arguments: try plan.arguments(in: condition))
    }
  }

  /// An erasure that is tried again finds less than at first.
  private static func larger(_ one: [String: Int], _ other: [String: Int]) -> [String: Int] {
    one.merging(other) { max($0, $1) }
  }
}
