import Domain
import Foundation
import SpeechEngine

/// A request, and where its updates go.
struct RequestRecord: Sendable {
  let file: URL
  let options: RequestOptions
  let turn: FairTurn
  let updates: AsyncStream<RequestUpdate>.Continuation
  /// Processes that died with it.
  var deaths = 0
}

/// What the desk knows; all under one lock.
struct RequestDeskState: Sendable {
  private let limits: RequestDesk.Limits
  private(set) var queue = FairQueue<UInt64>()
  private var records: [UInt64: RequestRecord] = [:]
  private(set) var running: Set<UInt64> = []
  private var next: UInt64 = 1
  /// To the process at work.
  var orders: AsyncStream<Data>.Continuation?
  private(set) var isReady = false
  private(set) var engine: (model: String, isMultilingual: Bool)?
  private var heard = ContinuousClock.now
  private var stuck = 0.0
  private var isClosed = false
  /// Seconds between the ends of requests, of late.
  private var interval = 1.0
  private var lastEnd: ContinuousClock.Instant?

  init(_ limits: RequestDesk.Limits) { self.limits = limits }

  // MARK: - Requests

  func checkPlace(_ priority: RequestPriority) throws(QueueFull) {
    let spare = priority == .high ? (limits.waiting + 7) / 8 : 0
    guard queue.count < limits.waiting + spare else {
      throw QueueFull(retryAfter: max(1, min(30, Int((interval * Double(queue.count) / 4).rounded(.up)))))
    }
  }

  mutating func add(_ record: RequestRecord) throws(QueueFull) -> UInt64 {
    try checkPlace(record.turn.priority)
    let id = next
    next += 1
    guard !isClosed else {
      record.updates.yield(.failed(.engine))
      record.updates.finish()
      return id
    }
    records[id] = record
    queue.add(id, record.turn)
    fill()
    return id
  }

  mutating func drop(_ id: UInt64) {
    guard let record = records.removeValue(forKey: id) else { return }
    if running.remove(id) != nil {
      send(RequestOrder(type: .drop, id: id))
      queue.settle(record.turn, seconds: record.turn.cost)
    } else {
      queue.removeAll { $0 == id }
    }
    fill()
  }

  /// Gives the engine what it has room for. What a process died of is worked on alone: it harms nobody else.
  private mutating func fill() {
    while isReady, orders != nil, running.count < limits.together, let id = queue.first, let record = records[id] {
      let isAlone = running.contains { (records[$0]?.deaths ?? 0) > 0 }
      if isAlone || (record.deaths > 0 && !running.isEmpty) { return }
      _ = queue.takeFirst()
      running.insert(id)
      send(RequestOrder(type: .take, id: id, file: record.file.path, options: record.options))
    }
  }

  private func send(_ order: RequestOrder) {
    if let line = try? JSONLine.encode(order) { orders?.yield(line) }
  }

  private mutating func end(_ id: UInt64, _ last: RequestUpdate, seconds: Double) {
    guard let record = records.removeValue(forKey: id) else { return }
    running.remove(id)
    queue.settle(record.turn, seconds: seconds)
    record.updates.yield(last)
    record.updates.finish()
    if let lastEnd {
      interval += (min(60, lastEnd.duration(to: .now).inSeconds) - interval) / 8
    }
    lastEnd = .now
    fill()
  }

  // MARK: - The process

  mutating func begin(_ orders: AsyncStream<Data>.Continuation) {
    self.orders = orders
    isReady = false
    heard = .now
    stuck = 0
  }

  mutating func take(_ message: RequestMessage) {
    heard = .now
    switch message.type {
    case .ready:
      isReady = true
      engine = (message.model ?? "", message.isMultilingual ?? false)
      fill()
    case .loaded: break
    case .heartbeat: stuck = min(max(0, message.stuck ?? 0), 1e6)
    case .heard: if let record = record(message) { record.updates.yield(.heard(message.segments ?? [])) }
    case .finished:
      guard let id = message.id, running.contains(id), let recording = message.recording else { return }
      end(id, .finished(recording), seconds: min(max(0, recording.duration), 1e6))
    case .failed:
      guard let id = message.id, running.contains(id) else { return }
      end(id, .failed(message.failure ?? .engine), seconds: 0)
    }
  }

  private func record(_ message: RequestMessage) -> RequestRecord? {
    message.id.flatMap { running.contains($0) ? records[$0] : nil }
  }

  func isStuck(_ patience: Duration) -> Bool {
    // A large model takes its time to load.
    let limit = isReady ? patience : .seconds(300)
    return heard.duration(to: .now) > limit || .seconds(stuck) > limit
  }

  /// The process died: the next gets what it had, but for requests that cost too many.
  mutating func mourn() {
    isReady = false
    // The order of their coming: the last is put in front first.
    for id in running.sorted(by: >) {
      running.remove(id)
      guard var record = records[id] else { continue }
      record.deaths += 1
      records[id] = record
      if record.deaths >= limits.tries {
        running.insert(id)
        end(id, .failed(.engine), seconds: 0)
      } else {
        record.updates.yield(.again)
        queue.putBack(id, record.turn)
      }
    }
  }

  /// No process comes any more.
  mutating func close() {
    isReady = false
    isClosed = true
    queue = FairQueue()
    for id in records.keys { end(id, .failed(.engine), seconds: 0) }
  }
}
