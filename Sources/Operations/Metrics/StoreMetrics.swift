import Domain
public import Foundation
public import Storage

/// `/metrics`: the store's own counts, so that they survive every restart. No label tells of a person or an account.
public enum StoreMetrics {
  /// Bounds in seconds of the histogram of transcription.
  static let latencies = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300]
  /// Bounds of work for a second of sound.
  static let factors = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5]

  /// - Parameter workerEnabled: whether a worker is to run here.
  public static func text(_ store: FieldStore, workerEnabled: Bool, now: Date) throws -> String {
    var out = MetricsText()
    out.begin("fieldos_build_info", .gauge, "The release that runs.")
    out.sample("fieldos_build_info", [("version", Product.version)], 1)
    let totals = try store.operations.totals(latencies: latencies, factors: factors)
    delivery(try store.operations.delivery(now..<(now + 1)), totals, now, &out)
    let jobs = try store.operations.transcription(now..<(now + 1))
    transcription(jobs, totals, &out)
    out.gauge("fieldos_worker_enabled", "Whether a worker is to run here.", workerEnabled ? 1 : 0)
    disk(store, &out)
    return out.text
  }

  private static func delivery(
    _ figures: DeliveryFigures, _ totals: OperationsTotals, _ now: Date, _ out: inout MetricsText
  ) {
    out.begin("fieldos_outbox_entries", .gauge, "Deliveries by state.")
    for state in DeliveryState.allCases {
      out.sample("fieldos_outbox_entries", [("state", state.rawValue)], Double(figures.counts[state, default: 0]))
    }
    out.gauge("fieldos_outbox_waiting_entries", "Notes that are not in the CRM yet.", Double(figures.waiting))
    out.gauge(
      "fieldos_outbox_oldest_waiting_seconds", "Age of the note that waits longest, 0 where none does.",
      figures.oldestWaitingSince.map { max(0, now.timeIntervalSince($0)) } ?? 0)
    out.begin("fieldos_delivery_attempts_total", .counter, "Attempts at the CRM by answer.")
    for reply in totals.replies {
      out.sample(
        "fieldos_delivery_attempts_total", [("code", reply.code.map(String.init) ?? "none")], Double(reply.count))
    }
    out.counter(
      "fieldos_delivery_unknown_outcomes_total", "Attempts of which nobody knows whether the CRM took them.",
      Double(totals.unknownOutcomes))
    out.gauge("fieldos_delivery_paused", "Whether a person paused delivery.", figures.isPaused ? 1 : 0)
    out.gauge("fieldos_delivery_breakers_open", "CRM endpoints that don't answer.", Double(totals.openBreakers))
    out.gauge(
      "fieldos_delivery_last_success_timestamp_seconds", "When a note last came into the CRM, 0 before the first.",
      figures.lastSuccess?.timeIntervalSince1970 ?? 0)
  }

  private static func transcription(
    _ figures: TranscriptionFigures, _ totals: OperationsTotals, _ out: inout MetricsText
  ) {
    out.begin("fieldos_jobs", .gauge, "Jobs by state.")
    for state in JobState.allCases {
      out.sample("fieldos_jobs", [("state", state.rawValue)], Double(figures.counts[state, default: 0]))
    }
    out.gauge("fieldos_jobs_waiting", "Jobs that a worker still has to do.", Double(figures.depth))
    out.begin("fieldos_job_attempts_total", .counter, "Attempts at jobs by how they ended.")
    for outcome in JobAttempt.Outcome.allCases {
      out.sample(
        "fieldos_job_attempts_total", [("outcome", outcome.rawValue)], Double(totals.jobAttempts[outcome, default: 0]))
    }
    out.histogram(
      "fieldos_transcription_seconds", "Work for one transcript.", Array(zip(latencies, totals.latencies)),
      count: totals.transcripts, sum: totals.workSeconds)
    out.histogram(
      "fieldos_transcription_realtime_ratio", "Work for a second of sound.",
      Array(zip(factors, totals.realTimeFactors)), count: totals.transcripts, sum: totals.realTimeFactorSum)
    out.counter("fieldos_transcribed_audio_seconds_total", "Sound that was transcribed.", totals.audioSeconds)
    out.gauge(
      "fieldos_worker_last_sign_timestamp_seconds", "When a worker last gave a sign of life, 0 where none did.",
      figures.lastSign?.timeIntervalSince1970 ?? 0)
  }

  private static func disk(_ store: FieldStore, _ out: inout MetricsText) {
    out.gauge("fieldos_store_wal_bytes", "Size of the write-ahead log.", Double(store.writeAheadBytes))
    guard let space = DiskSpace.of(store.dataDirectory) else { return }
    out.gauge("fieldos_disk_free_bytes", "Room for data.", Double(space.free))
    out.gauge("fieldos_disk_size_bytes", "Size of the data folder's disk.", Double(space.size))
  }
}
