import Domain
import Foundation
import GRDB

extension OutboxEntry {
  init(row: Row) throws {
    let payload: String = row["payload"]
    self.init(
      id: row.id("id"), ownerID: row.id("owner_id"), noteID: row.id("note_id"), noteVersion: row["note_version"],
      payload: Data(payload.utf8), state: try row.state("state"), attempts: row["attempts"],
      nextAttemptAt: row.optionalDate("next_attempt_at"), claims: row["claims"],
      responseCode: row["response_code"], lastError: row["last_error"], createdAt: row.date("created_at"),
      stateChangedAt: row.date("state_changed_at"), payloadID: row["payload_id"],
      unknownOutcome: row["unknown_outcome"], heldOffline: row["held_offline"])
  }
}
