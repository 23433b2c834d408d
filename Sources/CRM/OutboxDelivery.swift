public import Domain
public import Endpoints
public import Foundation
public import Storage

/// What one attempt came to, for logs and metrics: nothing of what the note says.
public struct DeliveryReport: Sendable, Equatable {
  public let entryID: ID<OutboxEntry>
  public let state: DeliveryState
  /// Which attempt it was since the entry was queued, from 1.
  public let attempt: Int
  public let responseCode: Int?
  public let error: String?
  public let nextAttemptAt: Date?
}

/// Sends what the outbox holds to the CRM, one entry at a time, in the order in which entries fall due.
///
/// An entry is claimed before it is sent and its outcome recorded after, so a crash in between sends it again: delivery
/// is at least once, and every attempt carries the same `Idempotency-Key`. Several deliverers may run; each entry is
/// sent by one at a time.
public struct OutboxDelivery: Sendable {
  /// How long to wait before looking again while nothing is due: other processes queue notes too.
  static let pollInterval = Duration.milliseconds(250)

  private let store: FieldStore
  private let poster: HTTPPoster
  private let configuration: CRMConfiguration
  private let policy: DeliveryPolicy
  private let clock: WallClock
  private let jitter: @Sendable () -> Double
  private let owner: String

  /// - Parameters:
  ///   - poster: not shut down by the delivery.
  ///   - jitter: -1...1, asked once an attempt.
  ///   - owner: names this deliverer in its claims; unique to the process.
  public init(
    store: FieldStore, poster: HTTPPoster, configuration: CRMConfiguration, clock: WallClock = .system,
    jitter: @escaping @Sendable () -> Double = { .random(in: -1...1) },
    owner: String = "delivery-" + RandomHex.make(bytes: 8)
  ) {
    self.store = store
    self.poster = poster
    self.configuration = configuration
    self.policy = DeliveryPolicy(maxAttempts: configuration.maxAttempts)
    self.clock = clock
    self.jitter = jitter
    self.owner = owner
  }

  /// Sends the entry that is due first and records what came of it.
  /// - Returns: nil where nothing is due.
  /// - Throws: `StorageError`; `CancellationError` where the task was cancelled while it waited for the CRM: nothing is
  ///   recorded then, and the entry is due again once the claim lapses.
  public func deliverNext() async throws -> DeliveryReport? {
    guard let entry = try store.outbox.claimDue(owner: owner, lease: configuration.lease) else { return nil }
    let startedAt = clock.now()
    let outcome = try await send(entry)
    let decision = policy.decide(
      attempt: entry.attempts + 1, outcome: outcome, now: clock.now(), jitter: jitter())
    let attempt = DeliveryAttempt(
      startedAt: startedAt, state: decision.state, nextAttemptAt: decision.nextAttemptAt,
      responseCode: decision.responseCode, error: decision.error)
    let after = try store.outbox.record(attempt, for: entry, owner: owner)
    return DeliveryReport(
      entryID: after.id, state: after.state, attempt: after.attempts, responseCode: after.responseCode,
      error: after.lastError, nextAttemptAt: after.nextAttemptAt)
  }

  /// Delivers until the task is cancelled. An attempt under way is finished and recorded first, which takes at most the
  /// configured time-out.
  /// - Parameter onReport: called after every attempt.
  /// - Throws: `StorageError` where the store fails; a claim that lapsed and a busy database are not failures.
  public func run(onReport: @Sendable (DeliveryReport) -> Void = { _ in }) async throws {
    while !Task.isCancelled {
      if let report = try await deliverNextToTheEnd() {
        onReport(report)
      } else {
        try? await Task.sleep(for: try waitTime())
      }
    }
  }

  /// The attempt runs in a task of its own, which cancelling this one does not reach.
  private func deliverNextToTheEnd() async throws -> DeliveryReport? {
    do {
      return try await Task { try await deliverNext() }.value
    } catch StorageError.leaseLost, StorageError.busy {
      return nil
    }
  }

  private func waitTime() throws -> Duration {
    guard let due = try store.outbox.nextDueAt() else { return Self.pollInterval }
    let milliseconds = due.unixMilliseconds - clock.now().unixMilliseconds
    return min(Self.pollInterval, max(.milliseconds(10), .milliseconds(milliseconds)))
  }

  private func send(_ entry: OutboxEntry) async throws -> DeliveryOutcome {
    do {
      let reply = try await poster.post(
        configuration.endpoint, headers: headers(entry), body: entry.payload, timeout: configuration.timeout)
      if (200...299).contains(reply.status) { return .reply(status: reply.status) }
      return .reply(
        status: reply.status, retryAfter: RetryAfter.seconds(reply.headers["retry-after"], now: clock.now()),
        error: ReplyError.text(of: reply, sent: entry.payload, apiKey: configuration.apiKey))
    } catch let error as EndpointError {
      return error.nothingWasSent ? .noConnection(error: error.words) : .unknown(error: error.words)
    }
  }

  private func headers(_ entry: OutboxEntry) -> [(name: String, value: String)] {
    var headers = [
      (name: "Content-Type", value: "application/json"),
      (name: "Idempotency-Key", value: entry.id.rawValue),
      (name: "User-Agent", value: "\(Product.name)/\(Product.version)"),
    ]
    if let key = configuration.apiKey { headers.append((name: "Authorization", value: "Bearer \(key)")) }
    return headers
  }
}

extension EndpointError {
  /// The failure as the outbox keeps it.
  var words: String {
    switch self {
    case .invalidURL(let reason): "the CRM address cannot be used: \(reason)"
    case .unreachable(let host, let reason): "no connection to \(host): \(reason)"
    case .timedOut(let seconds): "no answer within \(seconds) s"
    case .connectionLost(let host, let reason): "connection to \(host) lost: \(reason)"
    case .redirectRefused(let host, let reason): "\(host): \(reason)"
    case .shutDown: "the HTTP client was shut down"
    }
  }
}
