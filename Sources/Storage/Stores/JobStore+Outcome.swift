public import Domain
import GRDB

extension JobStore {
  /// Stores the transcript, puts its words into the clip's draft where they are the first, and completes its job, all or
  /// nothing.
  /// - Throws: ``StorageError/leaseLost(id:)``, with nothing written, where the claim is no longer held.
  @discardableResult
  public func complete(_ job: Job, owner: String, transcript: Transcript) throws -> Job {
    try report(.complete(JobClaim(owner: owner, number: job.claims)), on: job) { db in
      try transcript.insert(db)
      try DraftStore.hear(db, transcript, at: connection.now)
      try ProgressStore.clear(db, job.id)
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
    _ job: Job, owner: String, error: String, permanent: Bool, jitter: Double = .random(in: -1...1)
  ) throws -> Job {
    let claim = JobClaim(owner: owner, number: job.claims)
    return try report(.fail(claim, error: error, permanent: permanent, jitter: jitter), on: job)
  }

  /// Gives a claimed job back untried, as an orderly shutdown does: the attempt is not counted.
  /// - Throws: ``StorageError/leaseLost(id:)``, with nothing written, where the claim is no longer held.
  @discardableResult
  public func release(_ job: Job, owner: String) throws -> Job {
    try report(.release(JobClaim(owner: owner, number: job.claims)), on: job)
  }

  /// What a worker says about a job that it holds. Its result is written first: the job's end is the last to be told.
  private func report(
    _ event: JobEvent, on job: Job, with result: (Database) throws -> Void = { _ in }
  ) throws -> Job {
    do {
      return try connection.write { db in
        guard let current = try Self.find(db, job.id) else { throw JobRefusal.unknown }
        let now = connection.now
        _ = try Self.machine.apply(event, to: current, at: .init(unixMilliseconds: now))
        try result(db)
        return try Self.apply(event, to: current, in: db, at: now)
      }
    } catch is JobRefusal {
      throw StorageError.leaseLost(id: job.id.rawValue)
    }
  }
}
