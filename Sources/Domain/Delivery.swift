public import Foundation

/// Where an outbox entry stands. The raw values are what people see and what the operations log says.
public enum DeliveryState: String, Sendable, Codable, CaseIterable {
  /// Waiting to be sent: new, put back by a person, or no connection could be made yet.
  case queued
  /// The CRM answered 2xx.
  case synced
  /// The CRM asked for another try, or nobody knows whether it took the last one.
  case retrying
  /// No connection was ever made in all attempts: kept, and sent when it is flushed.
  case cached
  /// Refused, or out of attempts: kept, and sent again when it is flushed.
  case failed

  /// Whether delivery still tries by itself.
  public var isPending: Bool { self == .queued || self == .retrying }
}

/// What is known about the delivery of one note.
public struct DeliveryStatus: Sendable, Equatable {
  public let state: DeliveryState
  /// When it came into this state.
  public let timestamp: Date
  /// HTTP status of the last answer, nil where there was none.
  public let responseCode: Int?
  public let error: String?

  public init(state: DeliveryState, timestamp: Date, responseCode: Int?, error: String?) {
    self.state = state
    self.timestamp = timestamp
    self.responseCode = responseCode
    self.error = error
  }
}
