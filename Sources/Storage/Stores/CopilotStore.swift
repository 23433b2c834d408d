import Crypto
public import Domain
import Foundation
import GRDB

/// How often the copilot was asked, and what became of it.
public struct CopilotStore: Sendable {
  let connection: StoreConnection

  /// Counts a question that was answered, refused or not, with the event `copilot.asked`.
  /// - Parameter isPrivate: keeps of the question 12 hex digits of HMAC-SHA256 under a key of this installation, never its
  ///   words.
  public func record(_ asked: CopilotAsked, ownerID: ID<Owner>, isPrivate: Bool) throws {
    let now = connection.now
    try connection.write { db in
      let key = try Data.fetchOne(db, sql: "SELECT hash_key FROM copilot_tally") ?? Data()
      let words = String(asked.question.trimmingCharacters(in: .whitespacesAndNewlines).prefix(500))
      let code = HMAC<SHA256>.authenticationCode(for: Data(words.lowercased().utf8), using: SymmetricKey(data: key))
      let hash = code.prefix(6).hex
      try db.execute(
        sql: """
          UPDATE copilot_tally SET requests = requests + 1, fallbacks = fallbacks + ?, refusals = refusals + ?,
            briefs = briefs + ?, last_error = COALESCE(?, last_error), last_query = ?, last_hash = ?
          """,
        arguments: [
          asked.isFallback ? 1 : 0, asked.isRefused ? 1 : 0, asked.isBrief ? 1 : 0, asked.error,
          isPrivate ? nil : words, isPrivate ? hash : nil,
        ])
      try EventStore.append(
        db, at: now, kind: "copilot.asked", ownerID: ownerID, subjectID: "copilot",
        facts: ["fallback": asked.isFallback, "refused": asked.isRefused, "brief": asked.isBrief])
    }
  }

  public func tally() throws -> CopilotTally {
    try connection.read(CopilotTally.init)
  }
}

extension CopilotTally {
  init(_ db: Database) throws {
    let row = try Row.fetchOne(db, sql: "SELECT * FROM copilot_tally")
    self.init(
      requests: row?["requests"] ?? 0, fallbacks: row?["fallbacks"] ?? 0, refusals: row?["refusals"] ?? 0,
      briefs: row?["briefs"] ?? 0, lastError: row?["last_error"], lastQuery: row?["last_query"],
      lastHash: row?["last_hash"])
  }
}
