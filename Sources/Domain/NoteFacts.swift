public import Foundation

/// All that a list or a page says of one note, but for its transcript's words.
public struct NoteFacts: Sendable, Equatable {
  /// A recording that is whole.
  public struct Sound: Sendable, Equatable {
    public let takenInAt: Date
    public let originalName: String
    /// Seconds, nil where they could not be read.
    public let seconds: Double?
    /// When retention let the audio go, nil while it is kept.
    public let purgedAt: Date?
    public let isMissing: Bool

    public init(takenInAt: Date, originalName: String, seconds: Double?, purgedAt: Date?, isMissing: Bool) {
      self.takenInAt = takenInAt
      self.originalName = originalName
      self.seconds = seconds
      self.purgedAt = purgedAt
      self.isMissing = isMissing
    }
  }

  /// The newest job of the recording.
  public struct Work: Sendable, Equatable {
    public let jobID: ID<Job>
    public let state: JobState
    public let since: Date
    public let runAt: Date

    public init(jobID: ID<Job>, state: JobState, since: Date, runAt: Date) {
      self.jobID = jobID
      self.state = state
      self.since = since
      self.runAt = runAt
    }
  }

  public let draft: Draft
  public let sound: Sound?
  public let work: Work?
  /// When the current transcript was ready, nil before.
  public let wordsAt: Date?
  /// 0...1, of the current transcript.
  public let confidence: Double?
  /// The newest version's delivery, nil where it was never saved for the CRM.
  public let delivery: DeliveryStatus?
  /// When it is sent next, while it waits.
  public let nextAttemptAt: Date?

  public init(
    draft: Draft, sound: Sound?, work: Work?, wordsAt: Date?, confidence: Double?, delivery: DeliveryStatus?,
    nextAttemptAt: Date?
  ) {
    self.draft = draft
    self.sound = sound
    self.work = work
    self.wordsAt = wordsAt
    self.confidence = confidence
    self.delivery = delivery
    self.nextAttemptAt = nextAttemptAt
  }
}
