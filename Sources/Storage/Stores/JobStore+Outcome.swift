public import Domain
import GRDB

extension JobStore {
  /// Stores the transcript and completes its job, both or neither.
  /// - Throws: ``StorageError/leaseLost(id:)``, with nothing written, where the claim is no longer held.
  @discardableResult
  public func complete(_ job: Job, owner: String, transcript: Transcript) throws -> Job {
    let now = connection.now
    return try connection.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          UPDATE jobs SET state = 'completed', completed_at = :now, updated_at = :now, last_error = NULL,
            lease_owner = NULL, lease_expires_at = NULL
          WHERE \(Self.holdsClaim) RETURNING *
          """,
        arguments: Self.claimArguments(job, owner) + ["now": now])
      let completed = try Self.recorded(db, row, at: now, or: job.id.rawValue)
      try transcript.insert(db)
      try ProgressStore.clear(db, job.id)
      return completed
    }
  }

  /// Ends an attempt that failed: the job may be tried again later, or is dead.
  /// - Parameters:
  ///   - error: why, in words that hold nothing of what was said in the clip.
  ///   - permanent: no further attempt can help.
  ///   - jitter: -1...1, see ``JobPolicy``.
  /// - Throws: ``StorageError/leaseLost(id:)``, with nothing written, where the claim is no longer held.
  @discardableResult
  public func fail(
    _ job: Job, owner: String, error: String, permanent: Bool, policy: JobPolicy = JobPolicy(),
    jitter: Double = .random(in: -1...1)
  ) throws -> Job {
    let now = connection.now
    let decision = policy.decide(
      attempts: job.attempts, maxAttempts: job.maxAttempts, permanent: permanent,
      now: .init(unixMilliseconds: now), jitter: jitter)
    return try connection.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          UPDATE jobs SET state = :state, run_at = COALESCE(:run_at, run_at), last_error = :error,
            updated_at = :now, lease_owner = NULL, lease_expires_at = NULL
          WHERE \(Self.holdsClaim) RETURNING *
          """,
        arguments: Self.claimArguments(job, owner) + decision.arguments + ["error": error, "now": now])
      return try Self.recorded(db, row, at: now, or: job.id.rawValue)
    }
  }

  /// Gives a claimed job back untried, as an orderly shutdown does: the attempt is not counted.
  /// - Throws: ``StorageError/leaseLost(id:)``, with nothing written, where the claim is no longer held.
  @discardableResult
  public func release(_ job: Job, owner: String) throws -> Job {
    let now = connection.now
    return try connection.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          UPDATE jobs SET state = CASE WHEN last_error IS NULL THEN 'available' ELSE 'retryable' END,
            attempts = attempts - 1, updated_at = :now, lease_owner = NULL, lease_expires_at = NULL
          WHERE \(Self.holdsClaim) RETURNING *
          """,
        arguments: Self.claimArguments(job, owner) + ["now": now])
      return try Self.recorded(db, row, at: now, or: job.id.rawValue)
    }
  }

  /// Puts a clip's job that was given up back to work, with all its attempts.
  /// - Returns: false where the clip has no such job.
  public func revive(clipID: ID<Clip>) throws -> Bool {
    let now = connection.now
    return try connection.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          UPDATE jobs SET state = 'available', attempts = 0, run_at = :now, updated_at = :now, last_error = NULL
          WHERE clip_id = :clip AND state = 'dead' RETURNING *
          """,
        arguments: ["clip": clipID.rawValue, "now": now])
      guard let row else { return false }
      try Self.record(db, try Job(row: row), at: now)
      return true
    }
  }
}

extension JobPolicy.Decision {
  fileprivate var arguments: StatementArguments {
    switch self {
    case .retry(let date): ["state": JobState.retryable.rawValue, "run_at": date.unixMilliseconds]
    case .giveUp: ["state": JobState.dead.rawValue, "run_at": nil]
    }
  }
}
