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
/// sent by one at a time, and they share the endpoint's circuit breaker and rate budget through the store.
public struct OutboxDelivery: Sendable {
  /// How long to wait before looking again while nothing is due: other processes queue notes too.
  static let pollInterval = Duration.milliseconds(250)

  /// How often a busy store is asked to keep an answer; each asks for up to 5 s, together less than a claim holds.
  static let recordTries = 5

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
  /// - Returns: nil where nothing may be sent: nothing is due, or the endpoint is down or over its budget.
  /// - Throws: `StorageError`; `CancellationError` where the task was cancelled while it waited for the CRM: nothing is
  ///   recorded then, and the entry is due again once the claim lapses.
  public func deliverNext() async throws -> DeliveryReport? {
    guard case .delivered(let report) = try await step() else { return nil }
    return report
  }

  /// Delivers until the task is cancelled. An attempt under way is finished and recorded first, which takes at most the
  /// configured time-out.
  /// - Parameter onReport: called after every attempt.
  /// - Throws: `StorageError` where the store fails; a claim that lapsed and a busy database are not failures.
  public func run(onReport: @Sendable (DeliveryReport) -> Void = { _ in }) async throws {
    while !Task.isCancelled {
      switch try await stepToTheEnd() {
      case .delivered(let report): onReport(report)
      case .wait(let until): try? await Task.sleep(for: pause(until))
      }
    }
  }

  private enum Step: Sendable {
    case delivered(DeliveryReport)
    /// Nothing to do before then; nil: nothing at all.
    case wait(until: Date?)
  }

  /// The attempt runs in a task of its own, which cancelling this one does not reach.
  private func stepToTheEnd() async throws -> Step {
    do {
      return try await Task { try await step() }.value
    } catch StorageError.leaseLost, StorageError.busy {
      return .wait(until: nil)
    }
  }

  private func pause(_ until: Date?) -> Duration {
    guard let until else { return Self.pollInterval }
    let milliseconds = until.unixMilliseconds - clock.now().unixMilliseconds
    return min(Self.pollInterval, max(.milliseconds(20), .milliseconds(milliseconds)))
  }

  private func step() async throws -> Step {
    let target = configuration.target
    switch try store.outbox.claim(owner: owner, lease: configuration.lease, to: target) {
    case .nothing: return .wait(until: try store.outbox.nextDueAt(to: target))
    case .closed(let closure): return .wait(until: closure.until)
    case .entry(let entry): return .delivered(try await deliver(entry, to: target))
    }
  }

  private func deliver(_ entry: OutboxEntry, to target: DeliveryTarget) async throws -> DeliveryReport {
    let startedAt = clock.now()
    let outcome = try await send(entry)
    let decision = policy.decide(
      attempt: entry.attempts + 1, outcome: outcome, now: clock.now(), jitter: jitter())
    let attempt = DeliveryAttempt(
      startedAt: startedAt, state: decision.state, nextAttemptAt: decision.nextAttemptAt,
      responseCode: decision.responseCode, error: decision.error, unknownOutcome: decision.unknownOutcome)
    let after = try record(attempt, for: entry, to: target, signal: outcome.signal)
    return DeliveryReport(
      entryID: after.id, state: after.state, attempt: after.attempts, responseCode: after.responseCode,
      error: after.lastError, nextAttemptAt: after.nextAttemptAt)
  }

  /// An answer that was heard is not given up because another process holds the store: the note would go out twice.
  private func record(
    _ attempt: DeliveryAttempt, for entry: OutboxEntry, to target: DeliveryTarget, signal: DeliveryLane.Signal
  ) throws -> OutboxEntry {
    for _ in 1..<Self.recordTries {
      do {
        return try store.outbox.record(attempt, for: entry, owner: owner, to: target, signal: signal)
      } catch StorageError.busy {
        // It has been waited for already, see `FieldStore`.
      }
    }
    return try store.outbox.record(attempt, for: entry, owner: owner, to: target, signal: signal)
  }

  private func send(_ entry: OutboxEntry) async throws -> DeliveryOutcome {
    let body = OutboundPayload.stripped(entry.payload)
    do {
      let reply = try await poster.post(
        configuration.endpoint, headers: headers(entry, body), body: body, timeout: configuration.timeout)
      if (200...299).contains(reply.status) { return .reply(status: reply.status) }
      return .reply(
        status: reply.status, retryAfter: RetryAfter.seconds(reply.headers["retry-after"], now: clock.now()),
        error: ReplyError.text(of: reply, sent: body, apiKey: configuration.apiKey))
    } catch let error as EndpointError {
      return error.nothingWasSent ? .noConnection(error: error.words) : .unknown(error: error.words)
    }
  }

  private func headers(_ entry: OutboxEntry, _ body: Data) -> [(name: String, value: String)] {
    var headers = [
      (name: "Content-Type", value: "application/json"),
      (name: "Idempotency-Key", value: entry.id.rawValue),
      (name: "User-Agent", value: "\(Product.name)/\(Product.version)"),
    ]
    if let key = configuration.apiKey { headers.append((name: "Authorization", value: "Bearer \(key)")) }
    if let signer = configuration.signer {
      headers += signer.headers(id: entry.id.rawValue, body: body, at: clock.now())
    }
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
