public import Foundation

/// One claim of a job and what came of it. Kept for the whole life of the job, replays included.
public struct JobAttempt: Sendable, Equatable {
  /// How a claim ended.
  public enum Outcome: String, Sendable, CaseIterable {
    /// The result is stored.
    case completed
    /// The worker said why not.
    case failed
    /// Given back by an orderly stop; doesn't count.
    case released
    /// A person withdrew the job meanwhile.
    case cancelled
    /// The lease ran out without a word.
    case lapsed
  }

  /// The job's claims counted from 1: ``Job/claims`` as it was then.
  public let number: Int
  /// Who claimed it.
  public let worker: String
  public let startedAt: Date
  /// nil while it runs.
  public let endedAt: Date?
  /// nil while it runs.
  public let outcome: Outcome?
  /// Set exactly where it failed or lapsed.
  public let error: String?

  public init(
    number: Int, worker: String, startedAt: Date, endedAt: Date?, outcome: Outcome?, error: String?
  ) {
    self.number = number
    self.worker = worker
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.outcome = outcome
    self.error = error
  }
}
