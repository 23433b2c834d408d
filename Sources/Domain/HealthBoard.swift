import Synchronization

/// A check and what it found.
public struct HealthFinding: Sendable, Equatable {
  public let check: String
  public let verdict: HealthVerdict

  public init(check: String, verdict: HealthVerdict) {
    self.check = check
    self.verdict = verdict
  }
}

/// What the last look at the machine found, for those who show it. Empty before the first.
public final class HealthBoard: Sendable {
  private let found = Mutex<[HealthFinding]>([])

  public init() {}

  public var findings: [HealthFinding] { found.withLock { $0 } }

  /// Failures first, then warnings; what is well is left out.
  public var troubles: [HealthFinding] {
    let all = findings
    return all.filter { $0.verdict.level == .failure } + all.filter { $0.verdict.level == .warning }
  }

  public func put(_ findings: [HealthFinding]) {
    found.withLock { $0 = findings }
  }
}
