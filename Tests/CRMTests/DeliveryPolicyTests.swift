import CRM
import Domain
import Foundation
import Testing

@Suite("Delivery policy")
struct DeliveryPolicyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let attempt: Int
    let outcome: DeliveryOutcome
    let state: DeliveryState
    /// Seconds until the next attempt.
    var wait: Double?
    var testDescription: String { "\(outcome) at attempt \(attempt) → \(state)" }
  }

  private static func reply(_ status: Int, _ retryAfter: Double? = nil) -> DeliveryOutcome {
    .reply(status: status, retryAfter: retryAfter, error: "why")
  }

  static let cases: [Case] = [
    Case(attempt: 1, outcome: reply(200), state: .synced),
    Case(attempt: 10, outcome: reply(201), state: .synced),
    Case(attempt: 1, outcome: reply(299), state: .synced),
    Case(attempt: 1, outcome: reply(503), state: .retrying, wait: 5),
    Case(attempt: 2, outcome: reply(500), state: .retrying, wait: 300),
    Case(attempt: 3, outcome: reply(429), state: .retrying, wait: 1_800),
    Case(attempt: 4, outcome: reply(408), state: .retrying, wait: 7_200),
    Case(attempt: 5, outcome: reply(425), state: .retrying, wait: 18_000),
    Case(attempt: 6, outcome: .unknown(error: "t"), state: .retrying, wait: 36_000),
    Case(attempt: 7, outcome: reply(502), state: .retrying, wait: 50_400),
    Case(attempt: 8, outcome: reply(599), state: .retrying, wait: 72_000),
    Case(attempt: 9, outcome: reply(504), state: .retrying, wait: 86_400),
    Case(attempt: 10, outcome: reply(503), state: .failed),
    Case(attempt: 10, outcome: .unknown(error: "t"), state: .failed),
    Case(attempt: 1, outcome: .noConnection(error: "n"), state: .queued, wait: 5),
    Case(attempt: 9, outcome: .noConnection(error: "n"), state: .queued, wait: 86_400),
    Case(attempt: 10, outcome: .noConnection(error: "n"), state: .cached),
    Case(attempt: 1, outcome: reply(400), state: .failed),
    Case(attempt: 1, outcome: reply(401), state: .failed),
    Case(attempt: 1, outcome: reply(404), state: .failed),
    Case(attempt: 1, outcome: reply(409), state: .retrying, wait: 5),
    Case(attempt: 1, outcome: reply(410), state: .failed),
    Case(attempt: 1, outcome: reply(422), state: .failed),
    Case(attempt: 1, outcome: reply(302), state: .failed),
    Case(attempt: 1, outcome: reply(304), state: .failed),
    Case(attempt: 1, outcome: reply(100), state: .failed),
    Case(attempt: 1, outcome: reply(999), state: .failed),
    Case(attempt: 1, outcome: reply(429, 120), state: .retrying, wait: 120),
    Case(attempt: 1, outcome: reply(503, 1), state: .retrying, wait: 5),
    Case(attempt: 1, outcome: reply(429, 1e9), state: .retrying, wait: 86_400),
    Case(attempt: 1, outcome: reply(429, -4), state: .retrying, wait: 5),
  ]

  private let now = Date(timeIntervalSince1970: 1_000_000)

  @Test("an outcome leads to its state and time", arguments: cases)
  func decides(expected: Case) {
    let decision = DeliveryPolicy(maxAttempts: nil).decide(
      attempt: expected.attempt, outcome: expected.outcome, now: now, jitter: 0)
    #expect(decision.state == expected.state)
    #expect(decision.nextAttemptAt == expected.wait.map(now.addingTimeInterval))
    #expect((decision.nextAttemptAt != nil) == decision.state.isPending)
    #expect((decision.error == nil) == (decision.state == .synced))
    if case .unknown = expected.outcome {
      #expect(decision.unknownOutcome)
    } else {
      #expect(!decision.unknownOutcome)
    }
  }

  @Test("jitter moves a delay by at most a tenth", arguments: [(-1.0, 270.0), (0, 300), (1, 330), (9, 330)])
  func jitter(jitter: Double, seconds: Double) {
    #expect(abs(RetrySchedule.overThreeDays.delaySeconds(afterAttempt: 2, jitter: jitter) - seconds) < 1e-9)
  }

  @Test("a set maximum counts total attempts at short intervals")
  func quickSchedule() {
    let policy = DeliveryPolicy(maxAttempts: 3)
    let waits = (1...3).map { attempt in
      policy.decide(attempt: attempt, outcome: .reply(status: 503), now: now, jitter: 0).nextAttemptAt
        .map { $0.timeIntervalSince(now) }
    }
    #expect(waits == [0.5, 1, nil])
    #expect(RetrySchedule.quick(maxAttempts: 50).delaySeconds(afterAttempt: 40, jitter: 0) == 30)
    #expect(
      DeliveryPolicy(maxAttempts: 1).decide(attempt: 1, outcome: .reply(status: 503), now: now, jitter: 0).state
        == .failed)
  }

  @Test("the long schedule has ten attempts over more than three days")
  func longSchedule() {
    let schedule = RetrySchedule.overThreeDays
    let total = (1..<schedule.maxAttempts).map { schedule.delaySeconds(afterAttempt: $0, jitter: 0) }.reduce(0, +)
    #expect(schedule.maxAttempts == 10)
    #expect(total > 3 * 86_400)
  }

  @Test("a status without an explanation explains itself")
  func plainStatus() {
    let decision = DeliveryPolicy(maxAttempts: nil).decide(
      attempt: 1, outcome: .reply(status: 500), now: now, jitter: 0)
    #expect(decision.error == "HTTP 500")
    #expect(decision.responseCode == 500)
  }

  @Test(
    "an outcome says whether the CRM is there, in trouble, or wants to be left alone",
    arguments: [
      (DeliveryOutcome.reply(status: 200), DeliveryLane.Signal.alive), (.reply(status: 422), .alive),
      (.reply(status: 302), .alive), (.reply(status: 503), .trouble()),
      (.reply(status: 503, retryAfter: 9), .trouble(seconds: 9)), (.reply(status: 429), .busy(seconds: 5)),
      (.reply(status: 429, retryAfter: 90), .busy(seconds: 90)), (.noConnection(error: "n"), .trouble()),
      (.unknown(error: "t"), .trouble()),
    ])
  func signals(outcome: DeliveryOutcome, signal: DeliveryLane.Signal) {
    #expect(outcome.signal == signal)
  }
}
