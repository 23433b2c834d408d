import Domain
import GRDB

extension NoteFacts {
  /// The columns that ``init(row:)`` reads, for a draft named `drafts`: each of the others is found by an index.
  static let columns = """
    drafts.*, clips.created_at AS taken_in_at, clips.original_name, COALESCE(clips.duration_seconds, heard.audio_seconds) AS duration_seconds, clips.purged_at,
    clips.missing_at, work.id AS work_id, work.state AS work_state, work.updated_at AS work_since,
    work.run_at AS work_run_at, heard.completed_at AS words_at, heard.confidence, sent.state AS sent_state,
    sent.state_changed_at, sent.response_code, sent.last_error, sent.unknown_outcome, sent.held_offline,
    sent.next_attempt_at
    """

  static let joins = """
    LEFT JOIN clips ON clips.id = drafts.clip_id
    LEFT JOIN jobs AS work ON work.id = (
      SELECT id FROM jobs WHERE clip_id = drafts.clip_id ORDER BY created_at DESC, rowid DESC LIMIT 1)
    LEFT JOIN transcripts AS heard ON heard.id = (
      SELECT id FROM transcripts WHERE clip_id = drafts.clip_id ORDER BY number DESC LIMIT 1)
    LEFT JOIN outbox AS sent ON sent.id = (
      SELECT id FROM outbox WHERE note_id = drafts.id ORDER BY note_version DESC LIMIT 1)
    """

  init(row: Row) throws {
    self.init(
      draft: Draft(row: row), sound: Sound(row: row), work: try Work(row: row), wordsAt: row.optionalDate("words_at"),
      confidence: row["confidence"], delivery: try DeliveryStatus(joined: row),
      nextAttemptAt: row.optionalDate("next_attempt_at"))
  }
}

extension NoteFacts.Sound {
  fileprivate init?(row: Row) {
    guard let takenInAt = row.optionalDate("taken_in_at") else { return nil }
    self.init(
      takenInAt: takenInAt, originalName: row["original_name"], seconds: row["duration_seconds"],
      purgedAt: row.optionalDate("purged_at"), isMissing: row.optionalDate("missing_at") != nil)
  }
}

extension NoteFacts.Work {
  fileprivate init?(row: Row) throws {
    guard let id: ID<Job> = row.optionalID("work_id") else { return nil }
    self.init(
      jobID: id, state: try row.state("work_state"), since: row.date("work_since"), runAt: row.date("work_run_at"))
  }
}

extension DeliveryStatus {
  fileprivate init?(joined row: Row) throws {
    guard let since = row.optionalDate("state_changed_at") else { return nil }
    self.init(
      state: try row.state("sent_state"), timestamp: since, responseCode: row["response_code"],
      error: row["last_error"], unknownOutcome: row["unknown_outcome"], heldOffline: row["held_offline"])
  }
}
