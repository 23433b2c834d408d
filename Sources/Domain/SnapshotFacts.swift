public import Foundation

/// What `crm_snapshot.json` shows, all of it as one moment of the store had it.
public struct SnapshotFacts: Sendable, Equatable {
  /// Jobs given up.
  public let aiFailures: Int
  /// Seconds that the recogniser took for all transcripts together.
  public let transcribeSeconds: Double
  public let transcribeCount: Int
  /// When a note last reached the CRM, nil before the first.
  public let lastSync: Date?
  /// The delivery that changed last, nil where none did since the last scrub.
  public let lastStatus: DeliveryStatus?
  /// The notes saved last, newest first; none that was saved before the last scrub.
  public let recent: [OutboxEntry]
  public let finalWorker: FinalWorkerFacts
  public let streaming: StreamingFacts
  /// What the file held before this installation wrote it: a JSON object, nil where nothing was looked for yet.
  public let inherited: Data?

  public init(
    aiFailures: Int, transcribeSeconds: Double, transcribeCount: Int, lastSync: Date?, lastStatus: DeliveryStatus?,
    recent: [OutboxEntry], finalWorker: FinalWorkerFacts,
    streaming: StreamingFacts = .none, inherited: Data?
  ) {
    self.aiFailures = aiFailures
    self.transcribeSeconds = transcribeSeconds
    self.transcribeCount = transcribeCount
    self.lastSync = lastSync
    self.lastStatus = lastStatus
    self.recent = recent
    self.finalWorker = finalWorker
    self.streaming = streaming
    self.inherited = inherited
  }
}

/// What the transcribing worker has done, read from its jobs and transcripts.
public struct FinalWorkerFacts: Sendable, Equatable {
  /// Jobs available, running or retryable.
  public let queueDepth: Int
  /// When a job last completed.
  public let lastSuccess: Date?
  /// Error of the job that failed last, nil once a later one completed.
  public let lastError: String?
  /// When a job last completed or failed: the worker's last word.
  public let lastSign: Date?
  /// 0...1, of the latest transcript.
  public let lastConfidence: Double?
  /// Of the latest transcript.
  public let lastLatencyMilliseconds: Int?
  /// Of the latest transcript.
  public let model: String?

  public init(
    queueDepth: Int, lastSuccess: Date?, lastError: String?, lastSign: Date?, lastConfidence: Double?,
    lastLatencyMilliseconds: Int?, model: String?
  ) {
    self.queueDepth = queueDepth
    self.lastSuccess = lastSuccess
    self.lastError = lastError
    self.lastSign = lastSign
    self.lastConfidence = lastConfidence
    self.lastLatencyMilliseconds = lastLatencyMilliseconds
    self.model = model
  }
}
