import Domain
import Foundation
import Operations
import Storage

/// What the page Operations is made from, all of one moment.
struct OpsFigures: Sendable {
  let range: OpsRange
  let now: Date
  let delivery: DeliveryFigures
  let transcription: TranscriptionFigures
  let streams: StreamFigures
  /// Notes waiting for the CRM at the end of each part of the range.
  let backlog: [Int]
  let pulse: OperationsPulse
  let space: DiskSpace?
  let writeAheadBytes: Int
  /// Endpoints that are left alone for now.
  let closedUntil: Date?
  let copilot: OpsCopilot
  let lastBackup: Date?

  static let steps = 96
  /// Parts of the range that a small line shows.
  static let pulses = 24

  init(_ services: CockpitServices, _ range: OpsRange) throws {
    let (store, now) = (services.store, services.clock.now())
    let span = (now - range.seconds)..<(now + 0.001)
    self.range = range
    self.now = now
    delivery = try store.operations.delivery(span)
    transcription = try store.operations.transcription(span)
    streams = try store.operations.streams(span)
    backlog = try store.operations.backlog(span, steps: Self.steps)
    pulse = try store.operations.pulse(span, steps: Self.pulses)
    space = DiskSpace.of(store.dataDirectory)
    writeAheadBytes = store.writeAheadBytes
    lastBackup = try store.operations.lastBackup()
    closedUntil = try store.outbox.lanes().compactMap { $0.lane.breaker.openUntil }.max()
    copilot = OpsCopilot(
      try store.events.latest(["copilot.asked"], since: span.lowerBound, limit: 20_000), in: span, parts: Self.pulses)
  }
}

/// What the copilot was asked, by its events.
struct OpsCopilot: Sendable {
  private struct Facts: Decodable {
    let fallback: Bool?
    let refused: Bool?
  }

  let asked: Int
  /// Answered without the service that should have.
  let fallbacks: Int
  /// Not in the references.
  let refused: Int
  /// How many were asked in each part of the range.
  let asks: [Int]

  init(_ events: [Event], in span: Range<Date>, parts: Int) {
    let facts = events.map { try? JSONDecoder().decode(Facts.self, from: Data($0.json.utf8)) }
    asked = events.count
    fallbacks = facts.count { $0?.fallback == true }
    refused = facts.count { $0?.refused == true }
    let length = span.upperBound.timeIntervalSince(span.lowerBound)
    asks = events.reduce(into: [Int](repeating: 0, count: parts)) { counts, event in
      let share = event.at.timeIntervalSince(span.lowerBound) / length
      counts[min(parts - 1, max(0, Int(share * Double(parts))))] += 1
    }
  }
}

/// How far back the page looks.
enum OpsRange: String, CaseIterable, Sendable {
  case hour = "1h"
  case quarter = "6h"
  case day = "24h"
  case week = "7d"

  var seconds: Double {
    switch self {
    case .hour: 3_600
    case .quarter: 6 * 3_600
    case .day: 86_400
    case .week: 7 * 86_400
    }
  }

  /// As its tab says it.
  var label: String {
    switch self {
    case .hour: "1 h"
    case .quarter: "6 h"
    case .day: "24 h"
    case .week: "7 d"
    }
  }
}
