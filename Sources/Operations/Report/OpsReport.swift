import Domain
public import Foundation
public import Storage

/// What `fieldos report` says: the prototype's summary of its operations log, with rates that count notes and jobs, not
/// lines. Where a store is there, it is counted; lines of a prototype are added from the log.
public struct OpsReport: Sendable {
  /// A line of the table.
  public struct Row: Sendable, Equatable {
    public let name: String
    public let value: String
  }

  /// Where it begins, nil for all there is.
  public let since: Date?
  /// Lines of the log in the span.
  public let entries: Int
  /// Lines that could not be read, anywhere in the log.
  public let unreadable: Int
  public let lastEvent: OpsLogEntry?
  public let worker: Success
  public let crm: Success
  public let failures: Int
  public let firstPartialMilliseconds: Double?
  public let updates: Double?
  public let dropouts: Int
  public let queue: Int?
  /// The last five depths of the worker's queue, oldest first.
  public let trend: [Int]
  /// Notes waiting for the CRM; nil where nothing says so.
  public let waiting: Int?
  public let lastSuccess: String?
  public let workerError: String?
  public let lastCode: Int?
  public let lastCRMError: String?
  public let chat: Chat

  /// How many of how many.
  public struct Success: Sendable, Equatable {
    public let good: Int
    public let tried: Int

    public init(good: Int, tried: Int) {
      self.good = good
      self.tried = tried
    }

    /// 0...1, nil where nothing was tried.
    public var rate: Double? { tried > 0 ? Double(good) / Double(tried) : nil }
  }

  /// What the copilot was asked.
  public struct Chat: Sendable, Equatable {
    public var requests = 0
    public var fallbacks = 0
    public var briefs = 0
    public var lastQuery: String?
    public var lastHash: String?
    public var lastError: String?
  }

  /// - Parameters:
  ///   - history: of the log.
  ///   - store: the log's own; nil where there is only a log.
  ///   - until: the present.
  public init(_ history: OpsHistory, store: FieldStore?, since: Date?, until: Date) throws {
    let from = since ?? .distantPast
    let isInSpan = { (entry: OpsLogEntry) in
      since == nil || (entry.time.map { $0 >= from && $0 <= until } ?? false)
    }
    // Lines with a seq are the store's own: it knows better.
    let told = store == nil ? history.entries : history.entries.filter { $0.seq == nil }
    let log = LogFigures(told, isInSpan: isInSpan)
    let span = Date(timeIntervalSince1970: max(0, from.timeIntervalSince1970))..<max(until + 1, from + 1)
    let delivery = try store?.operations.delivery(span)
    let jobs = try store?.operations.transcription(span)
    let streams = try store?.operations.streams(span)
    let counted = history.entries.filter(isInSpan)
    self.since = since
    entries = counted.count
    unreadable = history.unreadableLines
    lastEvent = counted.last
    worker = Success(good: log.worker.good + (jobs?.completed ?? 0), tried: log.worker.tried + (jobs?.tried ?? 0))
    crm = Success(good: log.crm.good + (delivery?.delivered ?? 0), tried: log.crm.tried + (delivery?.tried ?? 0))
    failures = log.failures + (jobs?.counts[.dead] ?? 0)
    firstPartialMilliseconds = Self.mean(
      log.firstPartials + (streams?.sessions.compactMap(\.firstPartialMilliseconds) ?? []))
    updates = Self.mean((log.updates + (streams?.sessions.compactMap(\.updates) ?? [])).map(Double.init))
    dropouts = log.dropouts + (streams?.dropouts ?? 0)
    queue = jobs?.depth ?? counted.last?.finalWorkerQueueDepth
    trend = counted.compactMap(\.finalWorkerQueueDepth).suffix(5)
    waiting = delivery?.waiting ?? counted.last?.queueLength
    lastSuccess =
      jobs?.lastSuccess.map(Timestamp.utc) ?? counted.last { $0.finalWorkerLastSuccess != nil }?.finalWorkerLastSuccess
    workerError = jobs.map(\.lastError) ?? counted.last?.finalWorkerError?.nonEmpty
    let answered = counted.last { $0.crmResponseCode != nil || $0.crmError?.nonEmpty != nil }
    lastCode = answered?.crmResponseCode
    lastCRMError = answered?.crmError?.nonEmpty
    chat = Self.chat(history.entries, isInSpan)
  }

  /// Whether there is nothing to tell.
  public var isEmpty: Bool { entries == 0 && worker.tried == 0 && crm.tried == 0 }

  /// The prototype's counters and ours are two series: each starts at its own zero.
  private static func chat(_ entries: [OpsLogEntry], _ isInSpan: (OpsLogEntry) -> Bool) -> Chat {
    var chat = Chat()
    for series in [entries.filter { $0.seq == nil }, entries.filter { $0.seq != nil }] {
      chat.requests += LogFigures.increase(series, isInSpan, \.chatRequests)
      chat.fallbacks += LogFigures.increase(series, isInSpan, \.chatFallbackCount)
      chat.briefs += LogFigures.increase(series, isInSpan, \.chatPositioningCount)
    }
    let last = entries.last { isInSpan($0) && $0.chatRequests != nil }
    chat.lastQuery = last?.chatLastQuery?.nonEmpty
    chat.lastHash = last?.chatLastHash?.nonEmpty
    chat.lastError = last?.chatLastError?.nonEmpty
    return chat
  }

  private static func mean(_ values: [Double]) -> Double? {
    let finite = values.filter(\.isFinite)
    return finite.isEmpty ? nil : finite.reduce(0, +) / Double(finite.count)
  }
}
