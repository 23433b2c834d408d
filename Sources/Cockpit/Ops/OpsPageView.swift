import Domain
import Foundation
import Hummingbird
import Operations

/// The page Operations.
struct OpsPageView: Sendable {
  struct Tab: Sendable {
    let label: String
    let path: String
    let isCurrent: Bool
  }

  struct Verdict: Sendable {
    let look: String
    let icon: String
    let headline: String
    let line: String
  }

  struct Vital: Sendable {
    let name: String
    let value: String
    let line: String
    /// A limit is broken.
    let isLow: Bool
    /// Points of a small line.
    let points: String?
  }

  struct Reply: Sendable {
    let code: String
    let width: String
    let count: Int
    let isBad: Bool
  }

  struct Trouble: Sendable {
    let look: String
    let icon: String
    let headline: String
    let line: String
  }

  let frame: PageFrame
  /// Whether who looks may change something: reps see the page read-only.
  let mayAct: Bool
  let verdict: Verdict
  let tabs: [Tab]
  let range: String
  let isPaused: Bool
  let isWorkerPaused: Bool
  let live: String
  let vitals: [Vital]
  let limit: Int
  let waiting: OpsCharts.Steps
  let waitingLine: String
  let axis: [String]
  let attempts: String
  let replies: [Reply]
  let latency: OpsCharts.Histogram?
  let speed: OpsCharts.Histogram?
  /// What keeps something from working.
  let troubles: [Trouble]
  /// What works, but should be looked at; told on a tap.
  let remarks: [Trouble]
  let remarksCount: String?
  let filters: [Tab]
  let events: [OpsEventView]
  let hasNoEvents: Bool
}

extension CockpitServices {
  func opsPage(_ request: Request, _ context: CockpitContext) throws -> OpsPageView {
    let identity = try context.signedIn()
    let mayAct = identity.role >= .manager
    let range = request.uri.queryParameters["range"].flatMap { OpsRange(rawValue: String($0)) } ?? .day
    let filter = request.uri.queryParameters["show"].flatMap { OpsFilter(rawValue: String($0)) } ?? .all
    let figures = try OpsFigures(self, range)
    let clock = clockWords()
    let words = OpsWords(
      figures: figures, clock: clock, isWorkerEnabled: configuration.makesTranscripts, isWhole: mayAct)
    let events = try OpsEvents(services: self, clock: clock, identity: identity)
      .list(filter, since: figures.now - range.seconds)
    // What was found on the machine names its folders.
    let troubles = mayAct ? configuration.health.troubles : []
    let remarks = troubles.filter { $0.verdict.level == .warning }
    let failures = troubles.filter { $0.verdict.level == .failure }
    return OpsPageView(
      frame: try frame("Operations", .ops, request, context, scripts: ["/js/ops.js"]), mayAct: mayAct,
      verdict: words.verdict,
      tabs: OpsRange.allCases.map {
        .init(label: $0.label, path: "/ops?range=\($0.rawValue)&show=\(filter.rawValue)", isCurrent: $0 == range)
      }, range: range.rawValue, isPaused: figures.delivery.isPaused, isWorkerPaused: figures.transcription.isPaused,
      live: clock.second(figures.now), vitals: words.vitals, limit: Thresholds.queueDepth,
      waiting: OpsCharts.steps(figures.backlog, limit: Thresholds.queueDepth), waitingLine: words.waitingLine,
      axis: words.axis, attempts: words.count(figures.delivery.attempts, "attempt"), replies: words.replies,
      latency: OpsCharts.histogram(
        figures.transcription.paces.map(\.seconds), bounds: [1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120, 121], unit: " s",
        half: "Half within # s"),
      speed: OpsCharts.histogram(
        figures.transcription.paces.compactMap(\.realTimeFactor),
        bounds: [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2, 2.1], unit: " ×",
        half: "Half within # × real time"),
      troubles: failures.map(OpsWords.trouble), remarks: remarks.map(OpsWords.trouble),
      remarksCount: remarks.isEmpty ? nil : remarks.count == 1 ? "1 remark" : "\(remarks.count) remarks",
      filters: OpsFilter.allCases.map {
        .init(label: $0.label, path: "/ops?range=\(range.rawValue)&show=\($0.rawValue)#e", isCurrent: $0 == filter)
      }, events: events, hasNoEvents: events.isEmpty)
  }
}
