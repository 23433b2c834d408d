public import Foundation

/// Decides what an event makes of a job; docs/job-states.md has the table. Pure: time and randomness are passed in.
///
/// Clocks jump. No delay and no lease is ever longer than the longest one possible, so one that ends later than that from
/// now was made by a clock that has been put back since, and counts as over: no job is stranded for ever.
public struct JobMachine: Sendable, Equatable {
  public let policy: JobPolicy
  /// Longest lease in seconds; longer ones are cut. Default 600.
  public let longestLeaseSeconds: Double

  public init(policy: JobPolicy = JobPolicy(), longestLeaseSeconds: Double = 600) {
    self.policy = policy
    self.longestLeaseSeconds = longestLeaseSeconds
  }

  /// The job after the event.
  /// - Throws: why it does not take it.
  public func apply(_ event: JobEvent, to job: Job, at now: Date) throws(JobRefusal) -> JobStep {
    var step = try decide(event, job, now)
    step.job.updatedAt = now
    return step
  }

  private func decide(_ event: JobEvent, _ job: Job, _ now: Date) throws(JobRefusal) -> JobStep {
    switch event {
    case .claim(let owner, let seconds): try claim(job, owner, seconds, now)
    case .heartbeat(let claim, let seconds): try renew(job, claim, seconds, now)
    case .complete(let claim): try complete(job, claim, now)
    case .fail(let claim, let error, let permanent, let jitter): try fail(job, claim, error, permanent, jitter, now)
    case .release(let claim): try release(job, claim, now)
    case .giveUp(let error): try giveUp(job, error, now)
    case .cancel: try cancel(job)
    case .lapse: try lapse(job, now)
    case .replay: try replay(job, now)
    case .prioritise(let priority): try prioritise(job, priority, now)
    }
  }

  /// Whether a waiting job may be claimed: its time has come, or the clock was put back since it began to wait.
  public func isDue(_ job: Job, at now: Date) -> Bool {
    job.runAt <= now || job.runAt > now + policy.longestDelaySeconds || job.updatedAt > now + Self.clockSlackSeconds
  }

  /// How far ahead of now a job's last change may lie before it is taken for one of a clock that was put back. 5 s: clocks
  /// that are set a little all the time move less.
  public static let clockSlackSeconds = 5.0

  /// Whether a claim has run out.
  public func isOver(_ leaseExpiresAt: Date, at now: Date) -> Bool {
    leaseExpiresAt <= now || leaseExpiresAt > now + longestLeaseSeconds
  }
}

// MARK: What workers do

extension JobMachine {
  private func claim(
    _ job: Job, _ owner: String, _ seconds: Double, _ now: Date
  ) throws(JobRefusal) -> JobStep {
    if job.state == .running { throw .held(until: job.leaseExpiresAt ?? now) }
    guard job.state.isWaiting else { throw .ended(job.state) }
    guard isDue(job, at: now) else { throw .notDue(until: job.runAt) }
    var next = job
    next.state = .running
    next.attempts += 1
    next.claims += 1
    next.leaseOwner = owner
    next.leaseExpiresAt = now + min(seconds, longestLeaseSeconds)
    return JobStep(job: next, attempt: .begins)
  }

  private func renew(
    _ job: Job, _ claim: JobClaim, _ seconds: Double, _ now: Date
  ) throws(JobRefusal) -> JobStep {
    try insist(claim, on: job)
    var next = job
    next.leaseExpiresAt = now + min(seconds, longestLeaseSeconds)
    return JobStep(job: next, attempt: .none)
  }

  private func complete(_ job: Job, _ claim: JobClaim, _ now: Date) throws(JobRefusal) -> JobStep {
    try insist(claim, on: job)
    var next = free(job, .completed)
    next.completedAt = now
    next.lastError = nil
    return JobStep(job: next, attempt: .ends(.completed, error: nil))
  }

  private func fail(
    _ job: Job, _ claim: JobClaim, _ error: String, _ permanent: Bool, _ jitter: Double, _ now: Date
  ) throws(JobRefusal) -> JobStep {
    try insist(claim, on: job)
    let decision = policy.decide(
      attempts: job.attempts, maxAttempts: job.maxAttempts, permanent: permanent, now: now, jitter: jitter)
    var next = free(job, .dead)
    next.lastError = error
    if case .retry(let date) = decision {
      next.state = .retryable
      next.runAt = date
    }
    return JobStep(job: next, attempt: .ends(.failed, error: error))
  }

  private func release(_ job: Job, _ claim: JobClaim, _ now: Date) throws(JobRefusal) -> JobStep {
    try insist(claim, on: job)
    var next = free(job, job.lastError == nil ? .available : .retryable)
    next.attempts -= 1
    next.runAt = min(job.runAt, now)
    return JobStep(job: next, attempt: .ends(.released, error: nil))
  }

  /// A claim without a word costs its attempt, so that a job that kills its worker ends up dead. Until then it is due
  /// at once, whatever a clock that was put back since had said: it was the worker that stopped, as far as anybody knows.
  private func lapse(_ job: Job, _ now: Date) throws(JobRefusal) -> JobStep {
    guard job.state == .running else { throw job.state.isPending ? .pending(job.state) : .ended(job.state) }
    if let end = job.leaseExpiresAt, !isOver(end, at: now) { throw .held(until: end) }
    let error = "the worker stopped without an answer on attempt \(job.attempts) of \(job.maxAttempts)"
    var next = free(job, job.attempts < job.maxAttempts ? .retryable : .dead)
    next.lastError = error
    next.runAt = min(job.runAt, now)
    return JobStep(job: next, attempt: .ends(.lapsed, error: error))
  }

  /// A job that runs is its worker's, which may still hold what is gone.
  private func giveUp(_ job: Job, _ error: String, _ now: Date) throws(JobRefusal) -> JobStep {
    if job.state == .running { throw .held(until: job.leaseExpiresAt ?? now) }
    guard job.state.isWaiting else { throw .ended(job.state) }
    var next = job
    next.state = .dead
    next.lastError = error
    return JobStep(job: next, attempt: .none)
  }

  private func insist(_ claim: JobClaim, on job: Job) throws(JobRefusal) {
    guard claim.number == job.claims else { throw .claimLost }
    if job.state == .cancelled { throw .cancelled }
    guard job.state == .running, job.leaseOwner == claim.owner else { throw .claimLost }
  }

  private func free(_ job: Job, _ state: JobState) -> Job {
    var next = job
    next.state = state
    next.leaseOwner = nil
    next.leaseExpiresAt = nil
    return next
  }
}

// MARK: What people do

extension JobMachine {
  private func cancel(_ job: Job) throws(JobRefusal) -> JobStep {
    guard job.state.isPending else { throw .ended(job.state) }
    let wasRunning = job.state == .running
    return JobStep(job: free(job, .cancelled), attempt: wasRunning ? .ends(.cancelled, error: nil) : .none)
  }

  private func replay(_ job: Job, _ now: Date) throws(JobRefusal) -> JobStep {
    if job.state.isPending { throw .pending(job.state) }
    guard job.state != .completed else { throw .ended(.completed) }
    var next = free(job, .available)
    next.attempts = 0
    next.runAt = now
    next.lastError = nil
    return JobStep(job: next, attempt: .none)
  }

  private func prioritise(_ job: Job, _ priority: Int, _ now: Date) throws(JobRefusal) -> JobStep {
    guard job.state.isPending else { throw .ended(job.state) }
    guard Job.priorities.contains(priority) else { throw .priorityOutOfRange }
    var next = job
    next.priority = priority
    if isDue(job, at: now) { next.runAt = min(job.runAt, now) }
    return JobStep(job: next, attempt: .none)
  }
}
