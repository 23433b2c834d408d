public import Foundation

/// The proof that a worker holds a job: whose claim it is, and which.
public struct JobClaim: Sendable, Equatable {
  public let owner: String
  /// ``Job/claims`` as the claim returned it.
  public let number: Int

  public init(owner: String, number: Int) {
    self.owner = owner
    self.number = number
  }
}

/// What can happen to a job.
public enum JobEvent: Sendable, Equatable {
  /// A worker takes it, for so many seconds unless it gives signs of life.
  case claim(owner: String, leaseSeconds: Double)
  /// A sign of life: the lease ends so many seconds from now.
  case heartbeat(JobClaim, leaseSeconds: Double)
  /// Its result is stored.
  case complete(JobClaim)
  /// The attempt failed. `jitter` is -1...1, see ``JobPolicy``.
  case fail(JobClaim, error: String, permanent: Bool, jitter: Double)
  /// The worker stops in order and gives it back.
  case release(JobClaim)
  /// What it needs is gone, whoever would try: it is dead without another attempt.
  case giveUp(error: String)
  /// A person withdraws it.
  case cancel
  /// Its lease ran out.
  case lapse
  /// A person starts it again.
  case replay
  /// A person moves it forward or back in the queue.
  case prioritise(Int)
}

/// Why a job does not take an event; nothing changes then.
public enum JobRefusal: Error, Sendable, Equatable {
  /// It waits, and its time comes only then.
  case notDue(until: Date)
  /// A worker holds it under a lease that runs.
  case held(until: Date)
  /// The claim is not, or no longer, the one that holds the job.
  case claimLost
  /// A person withdrew the job while this claim held it.
  case cancelled
  /// The event is for jobs that ended, or that run, and this one doesn't.
  case pending(JobState)
  /// It is over, and the event is for jobs that are not.
  case ended(JobState)
  /// The priority is none of ``Job/priorities``.
  case priorityOutOfRange
  /// No such job; only stores say so.
  case unknown
  /// Another job of the same kind is pending for the same clip; only stores say so.
  case twinPending(ID<Job>)
}

/// What an event makes of a job.
public struct JobStep: Sendable, Equatable {
  /// What it means for the history of attempts.
  public enum AttemptChange: Sendable, Equatable {
    case none
    /// The claim ``Job/claims`` begins.
    case begins
    /// The claim ``Job/claims`` ends.
    case ends(JobAttempt.Outcome, error: String?)
  }

  /// The job afterwards.
  public internal(set) var job: Job
  public internal(set) var attempt: AttemptChange
}

/// A worker's answer from the store to its sign of life.
public enum JobHold: Sendable, Equatable {
  /// The claim holds, the lease is renewed.
  case held
  /// Another worker has the job, or will: this one's result would be refused.
  case lost
  /// A person withdrew the job: stop working at it.
  case cancelled
}
