public import Domain
import GRDB

/// Counts over a store's whole life, for systems that reckon rates themselves.
public struct OperationsTotals: Sendable, Equatable {
  /// Attempts at the CRM by answer.
  public var replies: [DeliveryFigures.Reply] = []
  /// Attempts of which nobody knows whether the CRM took them.
  public var unknownOutcomes = 0
  /// Attempts at jobs by how they ended.
  public var jobAttempts: [JobAttempt.Outcome: Int] = [:]
  /// Transcripts that took no longer than each of the bounds, in seconds.
  public var latencies: [Int] = []
  /// Transcripts whose work took no more than each of the shares of their sound.
  public var realTimeFactors: [Int] = []
  public var transcripts = 0
  /// Seconds of work, and of sound, of all transcripts.
  public var workSeconds = 0.0
  public var audioSeconds = 0.0
  public var realTimeFactorSum = 0.0
  /// Endpoints whose breaker is open: they don't answer.
  public var openBreakers = 0

  public init() {}
}

extension OperationsStore {
  /// - Parameters:
  ///   - latencies: bounds in seconds, rising.
  ///   - factors: bounds of the real-time factor, rising.
  public func totals(latencies: [Double], factors: [Double]) throws -> OperationsTotals {
    let unknown = try OutboxStore(connection: connection).unknownOutcomes().attempts
    return try connection.read { db in
      var totals = OperationsTotals()
      totals.unknownOutcomes = unknown
      totals.replies = try Row.fetchAll(
        db,
        sql: """
          SELECT response_code, COUNT(*) AS number FROM attempts INDEXED BY attempts_by_time GROUP BY response_code
          """
      ).map { .init(code: $0["response_code"], count: $0["number"]) }
      for row in try Row.fetchAll(
        db,
        sql: """
          SELECT outcome, COUNT(*) AS number FROM job_attempts INDEXED BY job_attempts_by_time
          WHERE ended_at IS NOT NULL GROUP BY outcome
          """)
      {
        totals.jobAttempts[try row.state("outcome")] = row["number"]
      }
      totals.openBreakers =
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM delivery_lanes WHERE open_until IS NOT NULL") ?? 0
      try Self.paces(db, latencies, factors, into: &totals)
      return totals
    }
  }

  private static func paces(
    _ db: Database, _ latencies: [Double], _ factors: [Double], into totals: inout OperationsTotals
  ) throws {
    totals.latencies = latencies.map { _ in 0 }
    totals.realTimeFactors = factors.map { _ in 0 }
    let rows = try Row.fetchCursor(
      db, sql: "SELECT latency_ms, audio_seconds FROM transcripts INDEXED BY transcripts_pace WHERE completed_at >= 0")
    while let row = try rows.next() {
      let (milliseconds, audio): (Int64, Double) = (row[0], row[1])  // by number: by name takes most of the time
      let seconds = Double(milliseconds) / 1_000
      totals.transcripts += 1
      totals.workSeconds += seconds
      totals.audioSeconds += audio
      for (index, bound) in latencies.enumerated() where seconds <= bound { totals.latencies[index] += 1 }
      guard audio > 0 else { continue }
      totals.realTimeFactorSum += seconds / audio
      for (index, bound) in factors.enumerated() where seconds / audio <= bound { totals.realTimeFactors[index] += 1 }
    }
  }
}
