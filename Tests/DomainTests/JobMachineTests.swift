import Domain
import Foundation
import Testing

@Suite("Job machine")
struct JobMachineTests {
  static let now = Date(timeIntervalSince1970: 1_000_000)
  static let claim = JobClaim(owner: "w1", number: 3)
  private let machine = JobMachine()

  /// A job in each state that has been claimed three times, twice of these for attempts that count.
  static func job(_ state: JobState, lease: Double = 10, runAt: Double = 0, attempts: Int = 2) -> Job {
    let isRunning = state == .running
    return Job(
      id: ID("job"), ownerID: Owner.local, clipID: ID("clip"), kind: .transcribe, state: state, attempts: attempts,
      maxAttempts: 4, claims: 3, runAt: now + runAt, leaseOwner: isRunning ? "w1" : nil,
      leaseExpiresAt: isRunning ? now + lease : nil,
      lastError: state == .retryable || state == .dead ? "why" : nil, createdAt: now,
      completedAt: state == .completed ? now : nil)
  }

  enum Expected: Sendable {
    case to(JobState, JobStep.AttemptChange)
    case refused(JobRefusal)
  }

  /// The table of docs/job-states.md, row by row. What is left out is refused as `rest` says.
  static let moves: [(event: JobEvent, moves: [JobState: Expected], rest: @Sendable (JobState) -> JobRefusal)] = [
    (
      .claim(owner: "w2", leaseSeconds: 10),
      [
        .available: .to(.running, .begins), .retryable: .to(.running, .begins),
        .running: .refused(.held(until: now + 10)),
      ], { .ended($0) }
    ),
    (.heartbeat(claim, leaseSeconds: 10), [.running: .to(.running, .none), .cancelled: .refused(.cancelled)], lost),
    (
      .complete(claim),
      [.running: .to(.completed, .ends(.completed, error: nil)), .cancelled: .refused(.cancelled)], lost
    ),
    (
      .fail(claim, error: "no", permanent: false, jitter: 0),
      [.running: .to(.retryable, .ends(.failed, error: "no")), .cancelled: .refused(.cancelled)], lost
    ),
    (
      .fail(claim, error: "no", permanent: true, jitter: 0),
      [.running: .to(.dead, .ends(.failed, error: "no")), .cancelled: .refused(.cancelled)], lost
    ),
    (
      .release(claim),
      [.running: .to(.available, .ends(.released, error: nil)), .cancelled: .refused(.cancelled)], lost
    ),
    (
      .giveUp(error: "gone"),
      [
        .available: .to(.dead, .none), .retryable: .to(.dead, .none), .running: .refused(.held(until: now + 10)),
      ], { .ended($0) }
    ),
    (
      .cancel,
      [
        .available: .to(.cancelled, .none), .retryable: .to(.cancelled, .none),
        .running: .to(.cancelled, .ends(.cancelled, error: nil)),
      ], { .ended($0) }
    ),
    (
      .lapse,
      [
        .running: .refused(.held(until: now + 10)), .available: .refused(.pending(.available)),
        .retryable: .refused(.pending(.retryable)),
      ], { .ended($0) }
    ),
    (
      .replay,
      [
        .dead: .to(.available, .none), .cancelled: .to(.available, .none),
        .completed: .refused(.ended(.completed)),
      ], { .pending($0) }
    ),
    (
      .prioritise(7),
      [.available: .to(.available, .none), .running: .to(.running, .none), .retryable: .to(.retryable, .none)],
      { .ended($0) }
    ),
  ]
  private static let lost: @Sendable (JobState) -> JobRefusal = { _ in .claimLost }

  @Test("every event in every state does what the table says", arguments: moves.indices, JobState.allCases)
  func table(index: Int, state: JobState) {
    let (event, moves, rest) = Self.moves[index]
    switch moves[state] ?? .refused(rest(state)) {
    case .refused(let refusal):
      #expect(throws: refusal) { try machine.apply(event, to: Self.job(state), at: Self.now) }
    case .to(let next, let attempt):
      let step = try? machine.apply(event, to: Self.job(state), at: Self.now)
      #expect(step?.job.state == next)
      #expect(step?.attempt == attempt)
      #expect((step?.job.leaseOwner != nil) == (next == .running))
      #expect((step?.job.leaseExpiresAt != nil) == (next == .running))
      #expect((step?.job.completedAt != nil) == (next == .completed))
    }
  }

  @Test("every event is in the table")
  func complete() {
    // A new case must be put here, and then above.
    func name(_ event: JobEvent) -> String {
      switch event {
      case .claim: "claim"
      case .heartbeat: "heartbeat"
      case .complete: "complete"
      case .fail: "fail"
      case .release: "release"
      case .giveUp: "giveUp"
      case .cancel: "cancel"
      case .lapse: "lapse"
      case .replay: "replay"
      case .prioritise: "prioritise"
      }
    }
    #expect(Set(Self.moves.map { name($0.event) }).count == 10)
  }

  @Test("a claim costs an attempt, raises the fencing number and holds for its lease")
  func claims() throws {
    let job = try machine.apply(.claim(owner: "w2", leaseSeconds: 30), to: Self.job(.available), at: Self.now).job
    #expect(job.attempts == 3 && job.claims == 4)
    #expect(job.leaseOwner == "w2" && job.leaseExpiresAt == Self.now + 30)
  }

  @Test("a job whose time has not come is not claimed")
  func notDue() {
    let job = Self.job(.retryable, runAt: 5)
    #expect(throws: JobRefusal.notDue(until: job.runAt)) {
      try machine.apply(.claim(owner: "w", leaseSeconds: 1), to: job, at: Self.now)
    }
  }

  @Test(
    "a claim of another worker, and an older one of the same, are fenced",
    arguments: [JobClaim(owner: "w2", number: 3), JobClaim(owner: "w1", number: 2), JobClaim(owner: "w1", number: 4)])
  func fencing(claim: JobClaim) {
    let events: [JobEvent] = [
      .heartbeat(claim, leaseSeconds: 1), .complete(claim), .release(claim),
      .fail(claim, error: "no", permanent: true, jitter: 0),
    ]
    for event in events {
      #expect(throws: JobRefusal.claimLost) { try machine.apply(event, to: Self.job(.running), at: Self.now) }
    }
  }

  @Test("a claim whose lease is over counts until somebody else has the job")
  func lateButFirst() throws {
    let step = try machine.apply(.complete(Self.claim), to: Self.job(.running, lease: -60), at: Self.now)
    #expect(step.job.state == .completed)
  }

  @Test("a release gives the attempt back, not the fencing number")
  func release() throws {
    let job = try machine.apply(.release(Self.claim), to: Self.job(.running), at: Self.now).job
    #expect(job.attempts == 1 && job.claims == 3)
  }

  @Test("the last attempt's failure is dead, an earlier one waits for the policy's delay")
  func failures() throws {
    let event = JobEvent.fail(Self.claim, error: "no", permanent: false, jitter: 0)
    let retried = try machine.apply(event, to: Self.job(.running), at: Self.now).job
    #expect(retried.runAt == Self.now + 10 && retried.lastError == "no")
    #expect(try machine.apply(event, to: Self.job(.running, attempts: 4), at: Self.now).job.state == .dead)
  }

  @Test("a lease that ran out costs its attempt: due again at once, dead after the last", arguments: [2, 4])
  func lapse(attempts: Int) throws {
    let step = try machine.apply(.lapse, to: Self.job(.running, lease: 0, attempts: attempts), at: Self.now)
    #expect(step.job.state == (attempts == 4 ? .dead : .retryable))
    #expect(step.job.runAt <= Self.now)
    let error = "the worker stopped without an answer on attempt \(attempts) of 4"
    #expect(step.job.lastError == error)
    #expect(step.attempt == .ends(.lapsed, error: error))
  }

  @Test("a job that is given up says why, and can be started again")
  func givesUp() throws {
    let dead = try machine.apply(.giveUp(error: "gone"), to: Self.job(.available), at: Self.now).job
    #expect(dead.state == .dead && dead.lastError == "gone" && dead.attempts == 2)
    #expect(try machine.apply(.replay, to: dead, at: Self.now).job.state == .available)
  }

  @Test("a replay gives all attempts back and is due at once")
  func replay() throws {
    let job = try machine.apply(.replay, to: Self.job(.dead, runAt: 900), at: Self.now).job
    #expect(job.attempts == 0 && job.claims == 3 && job.runAt == Self.now && job.lastError == nil)
  }

  @Test("a priority out of range is refused", arguments: [-101, 101, Int.max])
  func priorities(priority: Int) {
    #expect(throws: JobRefusal.priorityOutOfRange) {
      try machine.apply(.prioritise(priority), to: Self.job(.available), at: Self.now)
    }
  }

  @Test("after the clock was put back, a delay longer than any delay is over, the longest one is not")
  func delayAfterClockJump() {
    let longest = machine.policy.longestDelaySeconds
    #expect(longest == 3_960)
    #expect(machine.isDue(Self.job(.retryable, runAt: longest + 1), at: Self.now))
    #expect(!machine.isDue(Self.job(.retryable, runAt: longest), at: Self.now))
  }

  @Test("a job that waits since a moment that is yet to come is due: the clock was put back")
  func waitAfterClockJump() {
    let waiting = Self.job(.available, runAt: 60)
    #expect(!machine.isDue(waiting, at: Self.now))
    #expect(!machine.isDue(waiting, at: Self.now - 5))
    #expect(machine.isDue(waiting, at: Self.now - 6))
  }

  @Test(
    "a job that comes back to the queue after the clock was put back is due at once",
    arguments: [JobEvent.lapse, .release(claim), .prioritise(3)])
  func dueAfterClockJump(event: JobEvent) throws {
    let later = Self.now - 3_600
    let job = Self.job(event == .prioritise(3) ? .available : .running, lease: -3_601)
    #expect(job.runAt > later)
    let next = try machine.apply(event, to: job, at: later).job
    #expect(next.runAt <= later && machine.isDue(next, at: later))
  }

  @Test("after the clock was put back, a lease longer than any lease is over, the longest one is not")
  func leaseAfterClockJump() throws {
    #expect(machine.isOver(Self.now + 601, at: Self.now))
    #expect(!machine.isOver(Self.now + 600, at: Self.now))
    #expect(try machine.apply(.lapse, to: Self.job(.running, lease: 601), at: Self.now).job.state == .retryable)
  }

  @Test("a lease that is asked for longer than the longest is cut")
  func leaseIsCut() throws {
    let event = JobEvent.claim(owner: "w", leaseSeconds: 86_400)
    #expect(try machine.apply(event, to: Self.job(.available), at: Self.now).job.leaseExpiresAt == Self.now + 600)
  }
}
