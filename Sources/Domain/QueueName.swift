public import Foundation

/// A queue that a person can pause by name. The raw values are stored and typed.
public enum QueueName: String, Sendable, CaseIterable {
  /// Recordings on their way to a transcript.
  case transcribe
  /// Notes on their way to the CRM.
  case delivery
}

/// Who paused a queue, and when. Nothing is claimed from it meanwhile; what runs is finished.
public struct QueuePause: Sendable, Equatable {
  public let queue: QueueName
  public let since: Date
  /// The person, as their system calls them.
  public let by: String

  public init(queue: QueueName, since: Date, by: String) {
    self.queue = queue
    self.since = since
    self.by = by
  }
}
