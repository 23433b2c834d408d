public import Foundation

/// What a job asks for: an explicit, versioned string, so that renaming a Swift type strands no stored job.
public struct JobKind: RawRepresentable, Hashable, Sendable {
  public let rawValue: String

  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// Turn one clip into one transcript.
  public static let transcribe = JobKind(rawValue: "transcribe.v1")

  /// What this release can do. A job of another kind is a newer release's: it is kept and never claimed.
  public static let known: [JobKind] = [.transcribe]

  public var isKnown: Bool { Self.known.contains(self) }

  /// The queue that a person pauses to hold jobs of this kind; nil for a kind that this release doesn't know.
  public var queue: QueueName? { self == .transcribe ? .transcribe : nil }
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
  public var isPending: Bool { self == .running || isWaiting }

  /// Whether a worker may claim it once its time has come.
  public var isWaiting: Bool { self == .available || self == .retryable }
}

/// A unit of work that outlives the process that asked for it.
public struct Job: Sendable, Equatable, Identifiable {
  public let id: ID<Job>
  public let ownerID: ID<Owner>
  public let clipID: ID<Clip>
  public let kind: JobKind
  public internal(set) var state: JobState
  /// Higher goes first, -100...100. Default 0.
  public internal(set) var priority: Int
  /// How many attempts count since it was taken in or replayed: claims that were not given back.
  public internal(set) var attempts: Int
  /// How many attempts it may have, at least 1.
  public let maxAttempts: Int
  /// How often it was ever claimed: never goes back, so that a claim's number is its fencing token.
  public internal(set) var claims: Int
  /// Not to be claimed before.
  public internal(set) var runAt: Date
  /// Who holds it; set exactly while it runs.
  public internal(set) var leaseOwner: String?
  /// When the claim lapses unless it is renewed; set exactly while it runs.
  public internal(set) var leaseExpiresAt: Date?
  /// Why the last attempt failed, if one did.
  public internal(set) var lastError: String?
  public let createdAt: Date
  public internal(set) var completedAt: Date?
  /// When it last changed.
  public internal(set) var updatedAt: Date

  /// What ``priority`` may be.
  public static let priorities = -100...100

  public init(
    id: ID<Job>, ownerID: ID<Owner>, clipID: ID<Clip>, kind: JobKind, state: JobState, priority: Int = 0,
    attempts: Int, maxAttempts: Int, claims: Int, runAt: Date, leaseOwner: String?, leaseExpiresAt: Date?,
    lastError: String?, createdAt: Date, completedAt: Date?, updatedAt: Date? = nil
  ) {
    self.id = id
    self.ownerID = ownerID
    self.clipID = clipID
    self.kind = kind
    self.state = state
    self.priority = priority
    self.attempts = attempts
    self.maxAttempts = maxAttempts
    self.claims = claims
    self.runAt = runAt
    self.leaseOwner = leaseOwner
    self.leaseExpiresAt = leaseExpiresAt
    self.lastError = lastError
    self.createdAt = createdAt
    self.completedAt = completedAt
    self.updatedAt = updatedAt ?? createdAt
  }
}
