import GRDB

/// What an operator's questions are looked up by: attempts by their end, what waits by its age, what was spoken live.
enum OperationsIndexes {
  static func migrate(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE INDEX attempts_by_time ON attempts (finished_at, outbox_id, state, response_code);
        CREATE INDEX job_attempts_by_time ON job_attempts (ended_at, job_id, number, outcome)
          WHERE ended_at IS NOT NULL;
        CREATE INDEX outbox_undelivered_by_age ON outbox (created_at)
          WHERE state IN ('queued', 'sending', 'retrying', 'cached', 'failed');
        CREATE INDEX outbox_superseded_at ON outbox (state_changed_at) WHERE state = 'superseded';
        CREATE INDEX transcripts_pace ON transcripts (completed_at, latency_ms, audio_seconds);
        CREATE INDEX events_of_streams ON events (at) WHERE kind = 'stream.ended';
        """)
  }
}
