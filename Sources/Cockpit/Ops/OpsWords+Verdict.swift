import Domain
import Foundation

extension OpsWords {
  /// The page begins with it: what is wrong, that notes are safe, what is not affected.
  var verdict: OpsPageView.Verdict {
    let delivery = figures.delivery
    let waits = delivery.waiting
    let oldest = delivery.oldestWaitingSince.map { Self.age(max(0, figures.now.timeIntervalSince($0))) }
    let line =
      waits == 0
      ? "Nothing waits."
      : "\(count(waits, "note")) \(waits == 1 ? "waits" : "wait"), the oldest for \(oldest ?? "a moment"). All are stored."
    if delivery.isPaused {
      return .init(look: "retry", icon: "pause", headline: "Delivery is paused for everyone.", line: line)
    }
    if figures.closedUntil != nil {
      let since = delivery.lastSuccess.map { " It last took a note at \(clock.moment($0))." } ?? ""
      return .init(look: "failed", icon: "warn", headline: "The CRM is not available.", line: line + since)
    }
    if let broken = vitals.first(where: \.isLow) {
      return .init(
        look: "failed", icon: "warn", headline: "\(broken.name): \(broken.value).", line: "\(broken.line). \(line)")
    }
    return .init(look: "synced", icon: "done", headline: "All is well.", line: line)
  }

  /// What the chart of waiting notes shows, in a sentence.
  var waitingLine: String {
    let (most, now) = (figures.backlog.max() ?? 0, figures.delivery.waiting)
    if most == 0 { return "Nothing waited at the end of any part of this time." }
    return "At most \(most) waited at once, \(now) \(now == 1 ? "does" : "do") now."
  }

  /// Five times below the chart.
  var axis: [String] {
    (0..<4).map { part in
      let date = figures.now - figures.range.seconds * Double(4 - part) / 4
      return figures.range == .week ? clock.day(date) : clock.time(date)
    } + ["now"]
  }

  var replies: [OpsPageView.Reply] {
    let most = max(1, figures.delivery.replies.map(\.count).max() ?? 1)
    return figures.delivery.replies.map { reply in
      .init(
        code: reply.code.map(String.init) ?? "No reply",
        width: String(format: "%.1f", Double(reply.count) / Double(most) * 200),
        count: reply.count, isBad: !(reply.code.map { (200...299).contains($0) } ?? false))
    }
  }

  static func trouble(_ finding: HealthFinding) -> OpsPageView.Trouble {
    let isFailure = finding.verdict.level == .failure
    let remedy = finding.verdict.remedy.map { " To do: \($0)." } ?? ""
    return .init(
      look: isFailure ? "failed" : "retry", icon: "warn", headline: "\(finding.check): \(finding.verdict.detail)",
      line: remedy.isEmpty ? "Look at it: fieldos doctor" : String(remedy.dropFirst()))
  }
}
