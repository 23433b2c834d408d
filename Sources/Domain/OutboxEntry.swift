public import Foundation

/// One CRM delivery that has to happen: the payload of one note version, and how far it got.
public struct OutboxEntry: Sendable, Equatable, Identifiable {
  /// Also the idempotency key: the same at every attempt, another one for every version of a note.
  public let id: ID<OutboxEntry>
  public let ownerID: ID<Owner>
  public let noteID: ID<Note>
  public let noteVersion: Int
  /// The JSON that is sent, byte for byte the same at every attempt.
  public let payload: Data
  public let state: DeliveryState
  /// Attempts since it was last queued, those that nobody heard of included.
  public let attempts: Int
  /// Not to be sent before; set exactly while the state is pending.
  public let nextAttemptAt: Date?
  /// How often it was claimed. Together with the lease owner this is the fencing token of a claim.
  public let claims: Int
  public let responseCode: Int?
  public let lastError: String?
  public let createdAt: Date
  /// When it came into ``state``.
  public let stateChangedAt: Date
  /// What the CRM's records call the note: the same for every version of it.
  public let payloadID: String
  /// Whether the CRM may hold a copy that it never confirmed: a reply was cut off, or a deliverer died while sending.
  /// Only a 2xx settles it.
  public let unknownOutcome: Bool
  /// Whether it is cached because its owner works offline; it goes out by itself once that ends.
  public let heldOffline: Bool

  /// - Parameter payloadID: the note's identifier where it is nil.
  public init(
    id: ID<OutboxEntry>, ownerID: ID<Owner>, noteID: ID<Note>, noteVersion: Int, payload: Data,
    state: DeliveryState, attempts: Int, nextAttemptAt: Date?, claims: Int, responseCode: Int?,
    lastError: String?, createdAt: Date, stateChangedAt: Date, payloadID: String? = nil,
    unknownOutcome: Bool = false, heldOffline: Bool = false
  ) {
    self.id = id
    self.ownerID = ownerID
    self.noteID = noteID
    self.noteVersion = noteVersion
    self.payload = payload
    self.state = state
    self.attempts = attempts
    self.nextAttemptAt = nextAttemptAt
    self.claims = claims
    self.responseCode = responseCode
    self.lastError = lastError
    self.createdAt = createdAt
    self.stateChangedAt = stateChangedAt
    self.payloadID = payloadID ?? noteID.rawValue
    self.unknownOutcome = unknownOutcome
    self.heldOffline = heldOffline
  }

  /// The delivery as people see it.
  public var status: DeliveryStatus {
    DeliveryStatus(
      state: state, timestamp: stateChangedAt, responseCode: responseCode, error: lastError,
      unknownOutcome: unknownOutcome, heldOffline: heldOffline)
  }
}

/// One try at sending an outbox entry, and what it led to.
public struct DeliveryAttempt: Sendable, Equatable {
  public let startedAt: Date
  /// When its outcome was stored, nil before.
  public let endedAt: Date?
  /// State that the entry came into.
  public let state: DeliveryState
  /// When to try again; set exactly while ``state`` is pending.
  public let nextAttemptAt: Date?
  /// HTTP status of the answer, nil where there was none.
  public let responseCode: Int?
  public let error: String?
  /// Whether the CRM may have taken it without our hearing of it.
  public let unknownOutcome: Bool

  public init(
    startedAt: Date, state: DeliveryState, nextAttemptAt: Date?, responseCode: Int?, error: String?,
    unknownOutcome: Bool = false, endedAt: Date? = nil
  ) {
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.state = state
    self.nextAttemptAt = nextAttemptAt
    self.responseCode = responseCode
    self.error = error
    self.unknownOutcome = unknownOutcome
  }
}
