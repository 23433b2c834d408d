import Domain
import Foundation
import Testing

@Suite("Job policy")
struct JobPolicyTests {
  private let policy = JobPolicy()
  private let now = Date(timeIntervalSince1970: 1_000)

  @Test(
    "the delay doubles and is capped", arguments: [(1, 5.0), (2, 10), (3, 20), (10, 2_560), (11, 3_600), (99, 3_600)])
  func delays(attempt: Int, seconds: Double) {
    #expect(policy.delaySeconds(afterAttempt: attempt, jitter: 0) == seconds)
  }

  @Test("jitter moves a delay by at most a tenth", arguments: [(-5.0, 4.5), (-1, 4.5), (1, 5.5), (7, 5.5)])
  func jitter(jitter: Double, seconds: Double) {
    #expect(abs(policy.delaySeconds(afterAttempt: 1, jitter: jitter) - seconds) < 1e-9)
  }

  @Test("a failure with attempts left is retried later")
  func retries() {
    let decision = policy.decide(attempts: 2, maxAttempts: 3, permanent: false, now: now, jitter: 0)
    #expect(decision == .retry(at: now.addingTimeInterval(10)))
  }

  @Test("the last attempt's failure and a permanent failure give up", arguments: [(3, false), (1, true)])
  func givesUp(attempts: Int, permanent: Bool) {
    #expect(
      policy.decide(attempts: attempts, maxAttempts: 3, permanent: permanent, now: now, jitter: 0) == .giveUp)
  }
}
