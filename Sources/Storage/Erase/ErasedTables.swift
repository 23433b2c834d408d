/// Every table of the schema: what of a person is in it, and how it goes. A table that is not here fails a test, so that
/// nobody adds one without an answer.
package enum ErasedTables {
  package enum Answer: Sendable, Equatable {
    /// Rows of the person go by this statement, in the order of this list: what points to a row goes before it. Names
    /// after a colon are lists of identifiers of ``ErasePlan/ids``, as JSON.
    case rows(String)
    /// Rows of others stay; what they say of the person is taken out of them.
    case scrubbed(String)
    /// Goes with the rows of another table, by the database's own rule.
    case follows(String)
    /// An index of words, written anew afterwards: FTS5 keeps the words of deleted rows until then.
    case index
    /// Nothing that tells of a person of a customer.
    case none(String)
  }

  package static let all: [(table: String, answer: Answer)] = [
    ("attempts", .rows("outbox_id IN \(list("outbox"))")),
    ("outbox", .rows("id IN \(list("outbox"))")),
    ("imports", .rows("note_id IN \(list("notes"))")),
    ("note_versions", .rows("note_id IN \(list("notes"))")),
    ("notes", .rows("id IN \(list("notes"))")),
    ("helper_cues", .rows("draft_id IN \(list("drafts"))")),
    ("helper_quotes", .rows("draft_id IN \(list("drafts"))")),
    ("helper_steps", .rows("draft_id IN \(list("drafts"))")),
    ("live_transcripts", .rows("draft_id IN \(list("drafts"))")),
    ("draft_versions", .rows("draft_id IN \(list("drafts"))")),
    ("drafts", .rows("id IN \(list("drafts"))")),
    ("transcript_corrections", .rows("transcript_id IN \(list("transcripts"))")),
    ("transcripts", .rows("id IN \(list("transcripts"))")),
    ("job_segments", .rows("job_id IN \(list("jobs"))")),
    ("job_progress", .rows("job_id IN \(list("jobs"))")),
    ("job_attempts", .rows("job_id IN \(list("jobs"))")),
    ("jobs", .rows("id IN \(list("jobs"))")),
    ("recording_chunks", .rows("recording_id IN \(list("recordings"))")),
    ("recordings", .rows("id IN \(list("recordings"))")),
    ("clip_waves", .rows("clip_id IN \(list("clips"))")),
    // The SHA-1 of a recording tells, to whoever has the recording, that it was here: it goes, and a salted hash stays
    // so that a folder that is read again doesn't bring the recording back.
    ("clip_fingerprints", .rows("clip_id IN \(list("clips"))")),
    ("clips", .rows("id IN \(list("clips"))")),
    ("follow_ups", .rows("id IN \(list("follow_ups"))")),
    ("people", .rows("id IN \(list("people"))")),
    ("accounts", .rows("id IN \(list("accounts"))")),
    ("reference_chunks", .rows("id IN \(list("reference_chunks"))")),
    ("events", .rows("seq IN \(list("events"))")),
    ("audit", .scrubbed("a subject that names the person or a row of theirs becomes '[erased]'; the line stays")),
    ("views", .scrubbed("payloads of a prototype's snapshot that tell of the person")),
    ("reference_words", .scrubbed("words that no chunk has any more leave the list of spellings")),
    ("copilot_tally", .scrubbed("the last question and error, where they name the person")),
    ("note_index", .index),
    ("reference_index", .index),
    ("people_search", .index),
    ("outbox_tally", .follows("outbox")),
    ("job_counts", .follows("jobs")),
    ("api_keys", .none("names of programs, and hashes of their keys")),
    ("customer_files", .none("hashes of whole tables of customers")),
    ("day_closings", .none("counts of a rep's day")),
    ("delivery_lanes", .none("how the CRM's address answers")),
    ("erasure_marks", .none("salted hashes")),
    ("erasures", .none("counts")),
    ("leases", .none("which process does what")),
    ("offline", .none("which rep works offline")),
    ("paused_queues", .none("which queue is paused, and which user paused it")),
    ("pipeline_figures", .none("sums over all customers")),
    ("session_tokens", .none("hashes of users' sign-ins")),
    ("reference_build", .none("counts of the copilot's index")),
    ("reference_gone", .none("numbers of pieces that searches see no more; the pieces are reference_chunks")),
    ("reference_staging", .none("which build of the index began last; an erasure ends it")),
    ("sessions", .none("users' sign-ins; users are no contacts")),
    ("sign_in_throttles", .none("hashes of users' names and addresses")),
    ("users", .none("who works here; users are no contacts")),
  ]

  private static func list(_ name: String) -> String { "(SELECT value FROM json_each(:\(name)))" }
}
