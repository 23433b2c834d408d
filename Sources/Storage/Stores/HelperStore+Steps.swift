public import Domain
import GRDB

extension HelperStore {
  /// What was decided about next steps, in the order of the decisions.
  public func steps(_ scope: HelperScope) throws -> [DecidedStep] {
    try connection.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM helper_steps WHERE draft_id = ? AND transcript = ? ORDER BY decided_at, key",
        arguments: [scope.draftID.rawValue, scope.transcript]
      ).map { row in
        DecidedStep(
          key: row["key"], json: row["json"], state: try row.state("state"), decidedAt: row.date("decided_at"))
      }
    }
  }

  /// Adds or skips a next step, with the event `step.added` or `step.skipped`; one that was edited is added anew, with
  /// `step.edited`. The same decision twice is one.
  public func decideStep(_ key: String, json: String, _ state: DecidedStep.State, _ scope: HelperScope) throws {
    let now = connection.now
    try connection.write { db in
      let before = try Row.fetchOne(
        db, sql: "SELECT json, state FROM helper_steps WHERE draft_id = ? AND transcript = ? AND key = ?",
        arguments: [scope.draftID.rawValue, scope.transcript, key])
      let (known, stands): (String?, String?) = (before?["json"], before?["state"])
      if known == json, stands == state.rawValue { return }
      try db.execute(
        sql: """
          INSERT INTO helper_steps (draft_id, transcript, key, owner_id, json, state, decided_at)
          VALUES (:draft, :transcript, :key, :owner, :json, :state, :now)
          ON CONFLICT (draft_id, transcript, key) DO UPDATE SET json = :json, state = :state, decided_at = :now
          """,
        arguments: [
          "draft": scope.draftID.rawValue, "transcript": scope.transcript, "key": key,
          "owner": scope.ownerID.rawValue, "json": json, "state": state.rawValue, "now": now,
        ])
      let isEdit = stands == DecidedStep.State.added.rawValue && state == .added
      try Self.record(db, isEdit ? "step.edited" : "step.\(state.rawValue)", scope, at: now)
    }
  }

  /// Takes a decision back, with the event `step.reopened`.
  public func reopenStep(_ key: String, _ scope: HelperScope) throws {
    let now = connection.now
    try connection.write { db in
      try db.execute(
        sql: "DELETE FROM helper_steps WHERE draft_id = ? AND transcript = ? AND key = ?",
        arguments: [scope.draftID.rawValue, scope.transcript, key])
      if db.changesCount > 0 { try Self.record(db, "step.reopened", scope, at: now) }
    }
  }

  /// Puts words behind the draft's own, as its next version.
  static func append(_ db: Database, _ words: String?, _ scope: HelperScope, at now: Int64) throws {
    guard let words, let draft = try DraftStore.find(db, scope.draftID) else { return }
    let text = DraftText.appending(words, to: draft.text)
    if text == draft.text { return }
    let saved = try DraftStore.write(db, draft, text: text, origin: .inserted, editor: "", at: now)
    try DraftStore.record(db, "saved", saved, .inserted, at: now)
  }

  static func record(_ db: Database, _ kind: String, _ scope: HelperScope, at now: Int64) throws {
    try EventStore.append(
      db, at: now, kind: kind, ownerID: scope.ownerID, subjectID: scope.draftID.rawValue,
      facts: ["transcript": scope.transcript])
  }
}
