import Domain
import Foundation
public import Storage

/// Notes on a shortened clock, with a CRM and recordings that fail in turn. What was done is counted here, apart from the
/// store.
public struct Traffic {
  public private(set) var tried: Set<String> = []
  public private(set) var delivered: Set<String> = []
  /// Attempts at the CRM by answer.
  public private(set) var replies: [Int?: Int] = [:]
  public private(set) var jobsTried = 0
  public private(set) var jobsCompleted = 0
  /// Of work, over all transcripts.
  public private(set) var seconds = 0.0
  private var chance: SplitMix

  public init(seed: UInt64) { chance = SplitMix(seed: seed) }

  /// - Parameters:
  ///   - minutes: for ten of them, from the 20th on, the CRM is down.
  ///   - save: saves a note of a new recording; it is queued.
  ///   - each: runs at the end of each minute.
  public mutating func run(
    minutes: Int, _ store: FieldStore, _ clock: ManualClock, save: () throws -> Void,
    each: (Int) throws -> Void = { _ in }
  ) throws {
    for minute in 0..<minutes {
      for _ in 0..<Int.random(in: 0...3, using: &chance) { try save() }
      try transcribe(store, clock)
      try deliver(store, clock, isDown: (20..<30).contains(minute))
      try each(minute)
      clock.advance(60)
    }
  }

  private mutating func deliver(_ store: FieldStore, _ clock: ManualClock, isDown: Bool) throws {
    while let entry = try store.outbox.claimDue(owner: "d", lease: .seconds(35)) {
      let code: Int? =
        isDown
        ? [503, nil].randomElement(using: &chance) ?? nil : [200, 200, 200, 422].randomElement(using: &chance)
      let state: DeliveryState = code == 200 ? .synced : code == 422 ? .failed : .retrying
      try store.outbox.record(
        DeliveryAttempt(
          startedAt: clock.now, state: state, nextAttemptAt: state == .retrying ? clock.now + 120 : nil,
          responseCode: code, error: state == .synced ? nil : "fault"), for: entry, owner: "d")
      tried.insert(entry.id.rawValue)
      if state == .synced { delivered.insert(entry.id.rawValue) }
      replies[code, default: 0] += 1
    }
  }

  private mutating func transcribe(_ store: FieldStore, _ clock: ManualClock) throws {
    while let job = try store.jobs.claim(kinds: [.transcribe], owner: "w", lease: .seconds(30)) {
      jobsTried += 1
      if Int.random(in: 0..<5, using: &chance) == 0 {
        try store.jobs.fail(job, owner: "w", error: "fault", permanent: true, jitter: 0)
        continue
      }
      let milliseconds = Int.random(in: 200...9_000, using: &chance)
      seconds += Double(milliseconds) / 1_000
      jobsCompleted += 1
      let heard = Transcript(
        id: .random(), clipID: job.clipID, ownerID: job.ownerID, text: "words", segmentsJSON: "[]", language: "en",
        confidence: 0.9, audioSeconds: 1.5, latencyMilliseconds: milliseconds, model: "demo", computeType: "int8",
        engine: "test", completedAt: clock.now)
      try store.jobs.complete(job, owner: "w", transcript: heard)
    }
  }
}

/// The same numbers at every run.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
