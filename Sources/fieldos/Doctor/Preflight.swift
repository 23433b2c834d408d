import Domain
import Foundation

/// Looks at the machine while FieldOS runs, tells what is wrong and keeps what the cockpit shows of it true. Nothing
/// stops for it: FieldOS works on with what works.
struct Preflight: Sendable {
  private static let interval = Duration.seconds(60)

  /// At the start.
  let first: [HealthCheck]
  /// From the second look on.
  let checks: [HealthCheck]
  let board: HealthBoard
  /// Told of each trouble once, until it is another.
  let tell: @Sendable (HealthFinding) -> Void

  /// Until the task is cancelled.
  func run() async {
    var told: [HealthFinding] = []
    var next = first
    while !Task.isCancelled {
      let findings = await Checkup.run(next)
      next = checks
      guard !Task.isCancelled else { return }
      board.put(findings)
      let known = Set(told.map { "\($0.check) \($0.verdict.level)" })
      told = board.troubles
      for trouble in told where !known.contains("\(trouble.check) \(trouble.verdict.level)") { tell(trouble) }
      try? await Task.sleep(for: Self.interval)
    }
  }
}
