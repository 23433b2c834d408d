/// The numbers of one operations-log line, as they were in the transaction of the CRM event that carries them.
/// Fields of stages that do not exist yet hold 0 or nil: readers know every field from the first line on.
public struct OpsFacts: Sendable, Equatable, Codable {
  /// State that the outbox entry came into.
  public var status: DeliveryState
  /// Outbox entries still to be sent: queued, sending and retrying.
  public var queueLength: Int
  /// Jobs given up.
  public var aiFailures: Int
  /// Of the latest recording that was heard live: changes of what was shown.
  public var streamUpdates = 0
  /// Of the same: from the onset of speech to the first text; nil where none came.
  public var streamFirstPartialMilliseconds: Int?
  /// Of the same: how often live words broke off.
  public var streamDropouts = 0
  /// Jobs available, running or retryable.
  public var finalWorkerQueueDepth: Int
  /// When a job last completed, UTC ISO 8601.
  public var finalWorkerLastSuccess: String?
  /// Error of the job that failed last, nil once a later one completed.
  public var finalWorkerError: String?
  /// Questions to the copilot since the installation began.
  public var chatRequests = 0
  /// Those of them that were answered in another way than was set.
  public var chatFallbackCount = 0
  /// Why the copilot's endpoint last did not answer.
  public var chatLastError: String?
  /// Keyed hash of the last question, in privacy mode only.
  public var chatLastHash: String?
  /// The last question; nil in privacy mode.
  public var chatLastQuery: String?
  /// Positioning briefs.
  public var chatPositioningCount = 0
  /// Delivery attempts recorded so far, this event's included.
  public var crmProcessedCount: Int
  public var crmResponseCode: Int?
  public var crmError: String?
  /// Attempts at this entry since it was last queued.
  public var crmAttempts: Int

  public init(
    status: DeliveryState, queueLength: Int, aiFailures: Int, finalWorkerQueueDepth: Int,
    finalWorkerLastSuccess: String?, finalWorkerError: String?, crmProcessedCount: Int, crmResponseCode: Int?,
    crmError: String?, crmAttempts: Int
  ) {
    self.status = status
    self.queueLength = queueLength
    self.aiFailures = aiFailures
    self.finalWorkerQueueDepth = finalWorkerQueueDepth
    self.finalWorkerLastSuccess = finalWorkerLastSuccess
    self.finalWorkerError = finalWorkerError
    self.crmProcessedCount = crmProcessedCount
    self.crmResponseCode = crmResponseCode
    self.crmError = crmError
    self.crmAttempts = crmAttempts
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case status
    case queueLength = "queue_len"
    case aiFailures = "ai_failures"
    case streamUpdates = "stream_updates"
    case streamFirstPartialMilliseconds = "stream_latency_ms_first_partial"
    case streamDropouts = "stream_dropouts"
    case finalWorkerQueueDepth = "final_worker_queue_depth"
    case finalWorkerLastSuccess = "final_worker_last_success"
    case finalWorkerError = "final_worker_error"
    case chatRequests = "chat_requests"
    case chatFallbackCount = "chat_fallback_count"
    case chatLastError = "chat_last_error"
    case chatLastHash = "chat_last_hash"
    case chatLastQuery = "chat_last_query"
    case chatPositioningCount = "chat_positioning_count"
    case crmProcessedCount = "crm_processed_count"
    case crmResponseCode = "crm_response_code"
    case crmError = "crm_error"
    case crmAttempts = "crm_attempts"
  }

  /// Writes every field, nil as null: a reader can tell 'none' from 'an older line'.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(status, forKey: .status)
    try values.encode(queueLength, forKey: .queueLength)
    try values.encode(aiFailures, forKey: .aiFailures)
    try values.encode(streamUpdates, forKey: .streamUpdates)
    try values.encode(streamFirstPartialMilliseconds, forKey: .streamFirstPartialMilliseconds)
    try values.encode(streamDropouts, forKey: .streamDropouts)
    try values.encode(finalWorkerQueueDepth, forKey: .finalWorkerQueueDepth)
    try values.encode(finalWorkerLastSuccess, forKey: .finalWorkerLastSuccess)
    try values.encode(finalWorkerError, forKey: .finalWorkerError)
    try values.encode(chatRequests, forKey: .chatRequests)
    try values.encode(chatFallbackCount, forKey: .chatFallbackCount)
    try values.encode(chatLastError, forKey: .chatLastError)
    try values.encode(chatLastHash, forKey: .chatLastHash)
    try values.encode(chatLastQuery, forKey: .chatLastQuery)
    try values.encode(chatPositioningCount, forKey: .chatPositioningCount)
    try values.encode(crmProcessedCount, forKey: .crmProcessedCount)
    try values.encode(crmResponseCode, forKey: .crmResponseCode)
    try values.encode(crmError, forKey: .crmError)
    try values.encode(crmAttempts, forKey: .crmAttempts)
  }
}
