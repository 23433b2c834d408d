import ArgumentParser
import Domain
import Foundation
import Storage

struct CRMStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "How many notes are in which state, and whether anything keeps them.")

  @Flag(help: "One JSON document.") var json = false

  func run() async throws {
    let report = try DeliveryReportCard(try FieldStore.existing(), now: Date())
    Console.line(json ? try CRMOutput.json(report.object) : report.text)
  }
}

/// What `fieldos crm status` tells.
struct DeliveryReportCard {
  private let now: Date
  private let counts: [DeliveryState: Int]
  private let unknown: (entries: Int, attempts: Int)
  private let lanes: [(endpoint: String, lane: DeliveryLane)]
  private let offline: [String]
  private let isPaused: Bool
  private let nextDueAt: Date?
  private let lastFailure: DeliveryAttempt?

  init(_ store: FieldStore, now: Date) throws {
    self.now = now
    counts = try store.outbox.counts()
    unknown = try store.outbox.unknownOutcomes()
    lanes = try store.outbox.lanes()
    offline = try store.outbox.offlineOwners()
    isPaused = try store.outbox.isPaused()
    nextDueAt = try store.outbox.nextDueAt()
    lastFailure = try store.outbox.lastFailure()
  }

  var text: String {
    let states = DeliveryState.allCases.map { "\($0.rawValue)=\(counts[$0, default: 0])" }
    var rows = lanes.map { ["endpoint", "\($0.endpoint): \(words($0.lane))"] }
    rows.append(["work offline", offline.isEmpty ? "nobody" : offline.map(name).joined(separator: ", ")])
    rows.append(["delivery", isPaused ? "paused; go on: fieldos queue resume delivery" : "not paused"])
    rows.append(["next try", nextDueAt.map { CRMOutput.time($0, now: now) } ?? (isPaused ? "none" : "nothing waits")])
    rows.append([
      "no reply", "\(unknown.entries) note(s) may be in the CRM unconfirmed; \(unknown.attempts) attempt(s) ever",
    ])
    if let failure = lastFailure { rows.append(["last error", words(failure)]) }
    return (states + ["unknown_outcome=\(unknown.entries)", "", CRMOutput.table(rows)]).joined(separator: "\n")
  }

  var object: [String: Any?] {
    [
      "counts": Dictionary(uniqueKeysWithValues: DeliveryState.allCases.map { ($0.rawValue, counts[$0, default: 0]) }),
      "unknown_outcomes": unknown.entries, "unknown_attempts": unknown.attempts,
      "endpoints": lanes.map(object), "offline": offline, "delivery_paused": isPaused,
      "next_due_at": nextDueAt.map(Timestamp.utc),
      "last_error": lastFailure.map { failure in
        CRMOutput.nulled([
          "at": Timestamp.utc(failure.startedAt), "response_code": failure.responseCode,
          "error": failure.error.map(Wording.plain), "unknown_outcome": failure.unknownOutcome,
        ])
      },
    ]
  }

  private func object(_ place: (endpoint: String, lane: DeliveryLane)) -> [String: Any] {
    CRMOutput.nulled([
      "endpoint": place.endpoint, "breaker": place.lane.breaker.phase(now: now).rawValue,
      "failures": place.lane.breaker.failures, "closed_until": closedUntil(place.lane).map(Timestamp.utc),
    ])
  }

  /// The budget's state is of milliseconds, and of no use to a reader.
  private func closedUntil(_ lane: DeliveryLane) -> Date? {
    guard case .down(let until) = lane.closure(now: now) else { return nil }
    return until
  }

  private func words(_ lane: DeliveryLane) -> String {
    let failures = lane.breaker.failures
    let wait = closedUntil(lane).map { ", left alone until \(CRMOutput.time($0, now: now))" } ?? ""
    switch lane.breaker.phase(now: now) {
    case .closed: return (failures == 0 ? "no failure" : "\(failures) failure(s) in a row") + wait
    case .open: return "does not answer (\(failures) failures in a row)" + wait
    case .halfOpen: return "does not answer (\(failures) failures in a row), one note is tried"
    }
  }

  private func words(_ failure: DeliveryAttempt) -> String {
    let code = failure.responseCode.map { "HTTP \($0) " } ?? ""
    return "\(CRMOutput.time(failure.startedAt, now: now)): \(code)\(Wording.plain(failure.error ?? ""))"
  }

  private func name(_ owner: String) -> String { owner == "*" ? "everybody" : Wording.plain(owner) }
}
