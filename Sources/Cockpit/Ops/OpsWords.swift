import Domain
import Foundation
import Operations

/// The figures in words, each with its limit and verdict.
struct OpsWords: Sendable {
  let figures: OpsFigures
  let clock: ClockWords
  let isWorkerEnabled: Bool
  /// Whether errors are told in their own words: they may name what is another's.
  let isWhole: Bool

  private var delivery: DeliveryFigures { figures.delivery }
  private var work: TranscriptionFigures { figures.transcription }

  var vitals: [OpsPageView.Vital] {
    [waiting, oldest, crmSuccess, workerSuccess, worker, firstWords, copilot, disk].compactMap(\.self)
  }

  private var waiting: OpsPageView.Vital {
    let states: [DeliveryState] = [.queued, .sending, .retrying, .cached, .failed]
    let parts = states.filter { delivery.counts[$0, default: 0] > 0 }.map { "\(delivery.counts[$0, default: 0]) \($0)" }
    let isOver = delivery.waiting > Thresholds.queueDepth
    let list = parts.isEmpty ? "Limit \(Thresholds.queueDepth)" : parts.joined(separator: ", ")
    return .init(
      name: "Notes waiting", value: "\(delivery.waiting)",
      line: isOver ? "Over the limit of \(Thresholds.queueDepth): \(list)" : list, isLow: isOver,
      points: OpsCharts.spark(figures.backlog.map(Double.init)))
  }

  private var oldest: OpsPageView.Vital {
    guard let since = delivery.oldestWaitingSince else {
      return .init(
        name: "Oldest waiting", value: "none", line: "Limit 15 min", isLow: false,
        points: OpsCharts.spark(figures.pulse.oldestSeconds))
    }
    let seconds = max(0, figures.now.timeIntervalSince(since))
    let isOver = seconds > Thresholds.oldestSeconds
    return .init(
      name: "Oldest waiting", value: Self.age(seconds), line: isOver ? "Over the limit of 15 min" : "Limit 15 min",
      isLow: isOver, points: OpsCharts.spark(figures.pulse.oldestSeconds))
  }

  private var crmSuccess: OpsPageView.Vital {
    rate(
      "CRM success", delivery.successRate, Thresholds.crmSuccess, figures.pulse.delivered,
      "\(delivery.delivered) of \(count(delivery.tried, "note")) delivered", none: "No note was sent in this time.")
  }

  private var workerSuccess: OpsPageView.Vital {
    rate(
      "Transcription success", work.successRate, Thresholds.workerSuccess, figures.pulse.transcribed,
      "\(work.completed) of \(work.tried)", none: "Nothing was transcribed in this time.")
  }

  private func rate(
    _ name: String, _ rate: Double?, _ limit: Double, _ pulse: [Double], _ words: String, none: String
  ) -> OpsPageView.Vital {
    guard let rate else { return .init(name: name, value: "–", line: none, isLow: false, points: nil) }
    let percent = "\(Int(limit * 100))%"
    let isLow = rate < limit
    return .init(
      name: name, value: String(format: "%.1f%%", rate * 100),
      line: isLow ? "Under the limit of \(percent): \(words)" : "\(words). Limit \(percent)", isLow: isLow,
      points: OpsCharts.spark(pulse))
  }

  private var worker: OpsPageView.Vital {
    var facts: [String] = []
    if let success = work.lastSuccess { facts.append("Last success \(clock.moment(success))") }
    if let error = work.lastError { facts.append(isWhole ? "Last error: \(error)" : "The last recording failed") }
    facts.append(count(work.counts[.running, default: 0], "job") + " running, \(work.depth) in the queue")
    let line = facts.joined(separator: ". ")
    guard isWorkerEnabled else {
      return .init(
        name: "Final worker", value: "off", line: "High-accuracy transcript is off. \(line)", isLow: false, points: nil)
    }
    guard let sign = work.lastSign else {
      return .init(
        name: "Final worker", value: "no sign", line: "It is to run and gives no sign of life. \(line)", isLow: true,
        points: nil)
    }
    let seconds = max(0, figures.now.timeIntervalSince(sign))
    return .init(
      name: "Final worker", value: "\(Self.age(seconds)) ago", line: "Last heartbeat. \(line)",
      isLow: seconds > Thresholds.signSeconds || work.lastError != nil || work.depth > Thresholds.queueDepth,
      points: OpsCharts.spark(work.paces.suffix(24).map(\.seconds)))
  }

  /// Nothing where nobody spoke with live words.
  private var firstWords: OpsPageView.Vital? {
    let streams = figures.streams
    guard !streams.sessions.isEmpty else { return nil }
    let value = streams.firstPartialMilliseconds.map { OpsCharts.short($0 / 1_000) + " s" } ?? "–"
    let lag = streams.lag.map { ". Words follow by \(OpsCharts.short($0)) s" } ?? ""
    return .init(
      name: "First words", value: value,
      line:
        "Median of \(count(streams.sessions.count, "recording")). \(count(streams.dropouts, "dropout"))\(lag)",
      isLow: false, points: OpsCharts.spark(streams.sessions.suffix(24).compactMap(\.firstPartialMilliseconds)))
  }

  /// Nothing where nobody asked.
  private var copilot: OpsPageView.Vital? {
    let copilot = figures.copilot
    guard copilot.asked > 0 else { return nil }
    return .init(
      name: "Copilot", value: "\(copilot.asked) asked",
      line: "\(copilot.fallbacks) by fallback, \(copilot.refused) not in the references", isLow: false,
      points: OpsCharts.spark(copilot.asks.map(Double.init)))
  }

  private var disk: OpsPageView.Vital {
    let backup = figures.lastBackup.map { "Last backup \(clock.moment($0))" } ?? "No backup was taken yet"
    let log = "Write-ahead log \(Self.bytes(figures.writeAheadBytes)). \(backup)"
    guard let space = figures.space else {
      return .init(name: "Disk", value: "–", line: log, isLow: false, points: nil)
    }
    let isLow = space.isLow
    return .init(
      name: "Disk", value: "\(Int(space.share * 100))% free",
      line: "\(isLow ? "Under the limit of 10%. " : "")\(Self.bytes(space.free)) left. \(log)", isLow: isLow,
      points: nil)
  }

  /// `2 s`, `41 min`, `3 h`, `2 d`
  static func age(_ seconds: Double) -> String {
    switch seconds {
    case ..<60: "\(Int(seconds)) s"
    case ..<5_400: "\(Int(seconds / 60)) min"
    case ..<172_800: "\(Int(seconds / 3_600)) h"
    default: "\(Int(min(seconds / 86_400, 1e6))) d"
    }
  }

  static func bytes(_ count: Int) -> String {
    switch count {
    case ..<1_000_000: String(format: "%.1f kB", Double(count) / 1e3)
    case ..<1_000_000_000: String(format: "%.1f MB", Double(count) / 1e6)
    default: String(format: "%.1f GB", Double(count) / 1e9)
    }
  }

  func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
