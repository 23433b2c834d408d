import Domain
public import Foundation

/// One line of an operations log as it is read: written by any release or by the prototype, so every field may be
/// missing, and a field of the wrong kind counts as missing.
public struct OpsLogEntry: Sendable, Equatable {
  /// nil in lines of the prototype.
  public let seq: Int64?
  /// As written: UTC with a zone; local time without one in lines of the prototype.
  public let ts: String?
  public let status: String?
  public let queueLength: Int?
  public let aiFailures: Int?
  public let streamUpdates: Int?
  public let streamFirstPartialMilliseconds: Double?
  public let streamDropouts: Int?
  public let finalWorkerQueueDepth: Int?
  public let finalWorkerLastSuccess: String?
  public let finalWorkerError: String?
  public let chatRequests: Int?
  public let chatFallbackCount: Int?
  public let chatLastError: String?
  public let chatLastHash: String?
  public let chatLastQuery: String?
  public let chatPositioningCount: Int?
  public let crmProcessedCount: Int?
  public let crmResponseCode: Int?
  public let crmError: String?
  public let crmAttempts: Int?

  /// ``ts`` as a moment; a time without a zone is read as UTC.
  public var time: Date? { ts.flatMap { OpsTime.parse($0) } }
}

extension OpsLogEntry: Decodable {
  struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  /// - Throws: where the line is no object, or has neither a time nor a status.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func text(_ key: String) -> String? { (try? values.decodeIfPresent(String.self, forKey: Key(key))) ?? nil }
    func number(_ key: String) -> Double? { (try? values.decodeIfPresent(Double.self, forKey: Key(key))) ?? nil }
    func count(_ key: String) -> Int? { number(key).flatMap { Int(exactly: $0.rounded()) } }
    seq = (try? values.decodeIfPresent(Int64.self, forKey: Key("seq"))) ?? nil
    ts = text("ts")
    status = text("status")
    queueLength = count("queue_len")
    aiFailures = count("ai_failures")
    streamUpdates = count("stream_updates")
    streamFirstPartialMilliseconds = number("stream_latency_ms_first_partial")
    streamDropouts = count("stream_dropouts")
    finalWorkerQueueDepth = count("final_worker_queue_depth")
    finalWorkerLastSuccess = text("final_worker_last_success")
    finalWorkerError = text("final_worker_error")
    chatRequests = count("chat_requests")
    chatFallbackCount = count("chat_fallback_count")
    chatLastError = text("chat_last_error")
    chatLastHash = text("chat_last_hash")
    chatLastQuery = text("chat_last_query")
    chatPositioningCount = count("chat_positioning_count")
    crmProcessedCount = count("crm_processed_count")
    crmResponseCode = count("crm_response_code")
    crmError = text("crm_error")
    crmAttempts = count("crm_attempts")
    if ts == nil, status == nil {
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "neither ts nor status"))
    }
  }
}
