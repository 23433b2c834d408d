/// Seconds that each of several was served, as if all had been here from the start: who was idle does not save up, but joins
/// where the one is that was served last. Pure.
struct ShareLedger<Member: Hashable & Sendable>: Sendable {
  private var served: [Member: Double] = [:]
  /// What each has here, waiting or running.
  private var present: [Member: Int] = [:]
  private var pace = 0.0

  subscript(member: Member) -> Double { served[member] ?? pace }

  /// One thing more of `member` waits.
  mutating func join(_ member: Member) {
    if present[member] == nil { served[member] = max(self[member], pace) }
    present[member, default: 0] += 1
  }

  /// A thing of `member` begins, and is charged for.
  mutating func begin(_ member: Member, seconds: Double) {
    pace = self[member]
    served[member] = self[member] + seconds
  }

  /// What was charged was wrong by so much.
  mutating func correct(_ member: Member, by seconds: Double) { served[member] = self[member] + seconds }

  /// A thing of `member` is gone. Debts stay.
  mutating func leave(_ member: Member) {
    let left = present[member, default: 1] - 1
    present[member] = left > 0 ? left : nil
    if left <= 0, self[member] <= pace { served[member] = nil }
  }
}
