import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Schema rules")
struct ConstraintTests {
  /// Each breaks one rule of a row that was legal before.
  static let illegal: [(rule: String, sql: String)] = [
    ("job_state_known", "UPDATE jobs SET state = 'paused'"),
    ("job_runs_under_lease", "UPDATE jobs SET state = 'running', attempts = 1"),
    ("job_lease_whole", "UPDATE jobs SET lease_owner = 'w'"),
    ("job_runs_under_lease", "UPDATE jobs SET lease_owner = 'w', lease_expires_at = 1"),
    ("job_runs_on_attempt", "UPDATE jobs SET state = 'running', lease_owner = 'w', lease_expires_at = 1"),
    ("job_attempts_in_budget", "UPDATE jobs SET attempts = max_attempts + 1"),
    ("job_may_be_tried", "UPDATE jobs SET max_attempts = 0"),
    ("job_completed_at", "UPDATE jobs SET state = 'completed'"),
    ("job_completed_at", "UPDATE jobs SET completed_at = 1"),
    ("job_failure_explained", "UPDATE jobs SET state = 'dead'"),
    ("job_priority_in_range", "UPDATE jobs SET priority = 101"),
    ("job_waits_for_attempt", "UPDATE jobs SET attempts = max_attempts, claims = max_attempts"),
    ("job_attempts_are_claims", "UPDATE jobs SET attempts = claims + 1"),
    ("job_attempt_outcome_known", "UPDATE job_attempts SET outcome = 'lost'"),
    ("job_attempt_ended_whole", "UPDATE job_attempts SET ended_at = NULL"),
    ("job_attempt_explained", "UPDATE job_attempts SET outcome = 'failed'"),
    ("job_attempt_explained", "UPDATE job_attempts SET error = 'why'"),
    ("job_attempt_from_one", "UPDATE job_attempts SET number = 0"),
    ("FOREIGN KEY", "UPDATE job_attempts SET job_id = 'another'"),
    ("job_count_not_negative", "UPDATE job_counts SET number = -1"),
    ("paused_by_somebody", "INSERT INTO paused_queues VALUES ('transcribe', 1, '')"),
    ("FOREIGN KEY", "UPDATE jobs SET owner_id = 'somebody else'"),
    ("clip_sha1", "UPDATE clips SET sha1 = 'short'"),
    ("clip_not_empty", "UPDATE clips SET byte_count = 0"),
    ("clip_has_owner", "UPDATE clips SET owner_id = ''"),
    ("transcript_confidence", "UPDATE transcripts SET confidence = 1.01"),
    ("transcript_confidence", "UPDATE transcripts SET confidence = -0.01"),
    ("transcript_segments_json", "UPDATE transcripts SET segments = '['"),
    ("outbox_state_known", "UPDATE outbox SET state = 'flushed'"),
    ("outbox_synced_by_answer", "UPDATE outbox SET state = 'synced', next_attempt_at = NULL"),
    ("outbox_synced_by_answer", "UPDATE outbox SET state = 'synced', next_attempt_at = NULL, response_code = 503"),
    ("outbox_pending_has_time", "UPDATE outbox SET next_attempt_at = NULL"),
    ("outbox_failure_explained", "UPDATE outbox SET state = 'failed', next_attempt_at = NULL"),
    (
      "outbox_sent_under_lease",
      """
      UPDATE outbox SET state = 'synced', next_attempt_at = NULL, response_code = 200, lease_owner = 'w',
        lease_expires_at = 1
      """
    ),
    ("outbox_sent_under_lease", "UPDATE outbox SET state = 'sending', next_attempt_at = NULL"),
    ("outbox_pending_has_time", "UPDATE outbox SET state = 'sending', lease_owner = 'w', lease_expires_at = 1"),
    (
      "outbox_synced_is_known",
      "UPDATE outbox SET state = 'synced', next_attempt_at = NULL, response_code = 200, unknown_outcome = 1"
    ),
    ("outbox_unknown_is_flag", "UPDATE outbox SET unknown_outcome = 2"),
    ("outbox_held_is_cached", "UPDATE outbox SET held_offline = 1"),
    ("outbox_failure_explained", "UPDATE outbox SET state = 'cached', next_attempt_at = NULL"),
    ("outbox_payload_id", "UPDATE outbox SET payload_id = ''"),
    (
      "attempt_unknown_is_flag",
      """
      INSERT INTO attempts (owner_id, outbox_id, started_at, finished_at, state, response_code, unknown_outcome)
      SELECT owner_id, id, 1, 1, 'retrying', 503, 1 FROM outbox
      """
    ),
    ("lane_probes_when_open", "INSERT INTO delivery_lanes VALUES ('e', 0, 0, NULL, 1, 1, 1, NULL)"),
    ("offline_has_owner", "INSERT INTO offline VALUES ('', 1)"),
    ("outbox_payload_json", "UPDATE outbox SET payload = 'not json'"),
    ("UNIQUE", "INSERT INTO notes SELECT 'other', owner_id, clip_id, created_at FROM notes"),
    ("user_role_known", "INSERT INTO users VALUES ('u', 'U', 'u', 'root', NULL, 1, NULL)"),
    ("user_password_is_hashed", "INSERT INTO users VALUES ('u', 'U', 'u', 'rep', 'secret', 1, NULL)"),
    ("user_has_name", "INSERT INTO users VALUES ('u', '', 'u', 'rep', NULL, 1, NULL)"),
    (
      "FOREIGN KEY",
      "INSERT INTO sessions VALUES ('s', 'nobody', zeroblob(32), 1, 1, 2, '', '', NULL)"
    ),
    ("session_secret_whole", "INSERT INTO sessions VALUES ('s', 'u', zeroblob(31), 1, 1, 2, '', '', NULL)"),
    ("session_has_an_end", "INSERT INTO sessions VALUES ('s', 'u', zeroblob(32), 2, 2, 2, '', '', NULL)"),
    ("session_token_hashed", "INSERT INTO session_tokens VALUES (zeroblob(16), 's', 'u', 1, NULL, NULL)"),
    ("audit_outcome_known", "INSERT INTO audit VALUES (1, 1, NULL, 'a', '', '', 'maybe', 1)"),
    ("audit_subject_short", "INSERT INTO audit VALUES (1, 1, NULL, 'a', hex(zeroblob(101)), '', 'done', 1)"),
    ("throttle_failures", "INSERT INTO sign_in_throttles VALUES ('k', 0, 1, NULL)"),
    ("NOT NULL", "UPDATE outbox SET owner_id = NULL"),
    ("cannot store TEXT", "UPDATE jobs SET run_at = 'soon'"),
  ]

  @Test("an illegal row is refused by the rule's name", arguments: illegal.indices)
  func refusesIllegalRows(index: Int) throws {
    let fixture = try StoreFixture()
    let entry = try fixture.addNote(digit: "b")
    #expect(entry.state == .queued)
    let job = try #require(try fixture.claim("w"))
    let clip = try #require(try fixture.store.clips.find(job.clipID))
    try fixture.store.jobs.complete(job, owner: "w", transcript: Fixture.transcript(of: clip, at: fixture.clock.now))
    let fresh = try fixture.addClip(digit: "c").job
    let path = fixture.folder.url.appending(path: "fieldos.sqlite").path
    let (rule, sql) = Self.illegal[index]
    // The rules about jobs start from one that is available.
    let statement = sql.hasPrefix("UPDATE jobs ") ? sql + " WHERE id = '\(fresh.id)'" : sql
    let error = #expect(throws: DatabaseError.self) {
      try DatabaseQueue(path: path).write { try $0.execute(sql: statement) }
    }
    #expect(error?.message?.contains(rule) == true, "\(error?.message ?? "no message")")
  }
}
