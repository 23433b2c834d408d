public import Foundation

/// What the guard against repeats matched: a recording whose bytes were seen before.
public struct KnownClip: Sendable, Equatable {
  public let firstSeenAt: Date
  /// nil: the recording was erased since; only its fingerprint is left.
  public let clip: Clip?
  /// State of the newest job, nil where there is none.
  public let job: JobState?
  /// How many transcripts are kept.
  public let transcripts: Int
  public let hasNote: Bool
  /// How far the newest version of the note came, nil where there is none.
  public let delivery: DeliveryState?

  public init(
    firstSeenAt: Date, clip: Clip?, job: JobState? = nil, transcripts: Int = 0, hasNote: Bool = false,
    delivery: DeliveryState? = nil
  ) {
    self.firstSeenAt = firstSeenAt
    self.clip = clip
    self.job = job
    self.transcripts = transcripts
    self.hasNote = hasNote
    self.delivery = delivery
  }
}
