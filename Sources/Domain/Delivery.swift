public import Foundation

/// Where an outbox entry stands. The raw values are what the store and the operations log say; what people see is a
/// ``DeliveryBadge``.
public enum DeliveryState: String, Sendable, Codable, CaseIterable {
  /// Waiting to be sent: new, put back by a person, or no connection could be made yet.
  case queued
  /// A deliverer holds it, and the request may be on its way.
  case sending
  /// The CRM answered 2xx.
  case synced
  /// The CRM asked for another try, or nobody knows whether it took the last one.
  case retrying
  /// Kept, and sent when it is flushed: its owner works offline, or no connection was ever made in all attempts.
  case cached
  /// The dead letter: refused, or out of attempts. Kept, and sent again when a person says so.
  case failed
  /// A newer version of the note was saved before this one was delivered: the CRM gets the newer one instead.
  case superseded

  /// Whether it waits for its time, and delivery will try by itself.
  public var isPending: Bool { self == .queued || self == .retrying }

  /// Whether a person may put it back into the queue.
  public var isKept: Bool { self == .cached || self == .failed }

  /// The state in which an attempt leaves its entry.
  ///
  /// | decided | a newer version exists | the owner works offline | otherwise |
  /// |---|---|---|---|
  /// | synced | synced | synced | synced |
  /// | queued, retrying | superseded | cached | as decided |
  /// | cached, failed | superseded | as decided | as decided |
  public func settled(hasNewerVersion: Bool, isOffline: Bool) -> DeliveryState {
    if self == .synced { return self }
    if hasNewerVersion { return .superseded }
    return isPending && isOffline ? .cached : self
  }
}

/// What is known about the delivery of one note.
public struct DeliveryStatus: Sendable, Equatable {
  public let state: DeliveryState
  /// When it came into this state.
  public let timestamp: Date
  /// HTTP status of the last answer, nil where there was none.
  public let responseCode: Int?
  public let error: String?
  /// Whether the CRM may hold a copy that it never confirmed.
  public let unknownOutcome: Bool
  /// Whether it is kept because its owner works offline.
  public let heldOffline: Bool

  public init(
    state: DeliveryState, timestamp: Date, responseCode: Int?, error: String?, unknownOutcome: Bool = false,
    heldOffline: Bool = false
  ) {
    self.state = state
    self.timestamp = timestamp
    self.responseCode = responseCode
    self.error = error
    self.unknownOutcome = unknownOutcome
    self.heldOffline = heldOffline
  }
}
