public import Foundation

/// What a job asks for: an explicit, versioned string, so that renaming a Swift type strands no stored job.
public struct JobKind: RawRepresentable, Hashable, Sendable {
  public let rawValue: String

  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// Turn one clip into one transcript.
  public static let transcribe = JobKind(rawValue: "transcribe.v1")
}

/// Where a job stands.
public enum JobState: String, Sendable, CaseIterable {
  /// Never tried; may be claimed once its time has come.
  case available
  /// A worker holds its lease.
  case running
  /// Failed at least once; may be claimed once its time has come.
  case retryable
  /// Done, and its result is stored.
  case completed
  /// Withdrawn by a person.
  case cancelled
  /// Given up: the error says why. A person may start it again.
  case dead

  /// Whether a worker still has to do something for it.
  public var isPending: Bool { self == .available || self == .running || self == .retryable }
}

/// A unit of work that outlives the process that asked for it.
public struct Job: Sendable, Equatable, Identifiable {
  public let id: ID<Job>
  public let ownerID: ID<Owner>
  public let clipID: ID<Clip>
  public let kind: JobKind
  public let state: JobState
  /// How many times it was claimed. Together with ``leaseOwner`` this is the fencing token of a claim.
  public let attempts: Int
  /// How many claims it may have, at least 1.
  public let maxAttempts: Int
  /// Not to be claimed before.
  public let runAt: Date
  /// Who holds it; set exactly while it runs.
  public let leaseOwner: String?
  /// When the claim lapses unless it is renewed; set exactly while it runs.
  public let leaseExpiresAt: Date?
  /// Why the last attempt failed, if one did.
  public let lastError: String?
  public let createdAt: Date
  public let completedAt: Date?

  public init(
    id: ID<Job>, ownerID: ID<Owner>, clipID: ID<Clip>, kind: JobKind, state: JobState, attempts: Int,
    maxAttempts: Int, runAt: Date, leaseOwner: String?, leaseExpiresAt: Date?, lastError: String?,
    createdAt: Date, completedAt: Date?
  ) {
    self.id = id
    self.ownerID = ownerID
    self.clipID = clipID
    self.kind = kind
    self.state = state
    self.attempts = attempts
    self.maxAttempts = maxAttempts
    self.runAt = runAt
    self.leaseOwner = leaseOwner
    self.leaseExpiresAt = leaseExpiresAt
    self.lastError = lastError
    self.createdAt = createdAt
    self.completedAt = completedAt
  }
}
