public import Foundation
public import SpeechEngine
import Synchronization

/// What comes of a request.
public enum RequestUpdate: Sendable {
  case heard([Segment])
  /// The engine's process died: what was heard comes again from the start.
  case again
  /// The last update.
  case finished(HeardRecording)
  /// The last update.
  case failed(RequestFailure)
}

/// What becomes of the engine's process.
public enum RequestDeskEvent: Sendable, Equatable {
  case started(pid: Int32)
  case ready(model: String)
  /// A model was loaded on demand, and these made room.
  case loaded(model: String, released: [String])
  case died(status: String, restartAfter: Duration)
}

/// No place is free in the queue.
public struct QueueFull: Error, Sendable, Equatable {
  /// Seconds after which one may be.
  public let retryAfter: Int
}

/// Keeps one engine process at work, has it transcribe what is asked for in fair turns, and gives requests that were in it when
/// it died to the next.
public final class RequestDesk: Sendable {
  public struct Limits: Sendable {
    /// Requests that may wait; high priority finds an eighth more places. Default 128.
    public var waiting = 128
    /// Requests that the engine's process has at a time: those that it decodes together. Default 8.
    public var together = 8
    /// Processes that a request may cost before it is given up. Default 3.
    public var tries = 3
    /// A silent process is ended after so long, and one whose engine has been at one step for so long. Default 60 s.
    public var patience: Duration = .seconds(60)

    public init() {}
  }

  private let limits: Limits
  private let child: LineChild
  private let report: @Sendable (RequestDeskEvent) -> Void
  private let state: Mutex<RequestDeskState>

  /// - Parameter environment: added to the parent's own.
  public init(
    executable: URL, arguments: [String], environment: [String: String], limits: Limits = .init(),
    report: @escaping @Sendable (RequestDeskEvent) -> Void = { _ in }
  ) {
    self.limits = limits
    self.report = report
    child = LineChild(
      executable: executable, arguments: arguments, environment: environment, mostBytes: RequestMessage.mostBytes)
    state = Mutex(RequestDeskState(limits))
  }

  /// The engine's model and whether it knows more than English; nil until it is warm for the first time.
  public var engine: (model: String, isMultilingual: Bool)? { state.withLock(\.engine) }
  /// Whether the engine is warm now.
  public var isReady: Bool { state.withLock(\.isReady) }
  /// Requests that wait, and those that the engine has.
  public var load: (waiting: Int, running: Int) { state.withLock { ($0.queue.count, $0.running.count) } }

  /// - Throws: ``QueueFull`` where no place is free.
  public func checkPlace(_ priority: RequestPriority = .normal) throws(QueueFull) {
    try state.withLock { state throws(QueueFull) in try state.checkPlace(priority) }
  }

  /// Asks for a transcript. Who stops reading the updates withdraws the request.
  /// - Parameters:
  ///   - file: has to stay until the last update.
  ///   - key: whose turn it is.
  ///   - cost: seconds that the recording may be long.
  /// - Throws: ``QueueFull``.
  public func submit(
    _ file: URL, _ options: RequestOptions, key: String, priority: RequestPriority = .normal, cost: Double
  ) throws(QueueFull) -> AsyncStream<RequestUpdate> {
    let (updates, continuation) = AsyncStream.makeStream(of: RequestUpdate.self)
    let id = try state.withLock { state throws(QueueFull) in
      try state.add(
        RequestRecord(
          file: file, options: options, turn: FairTurn(key: key, priority: priority, cost: cost), updates: continuation)
      )
    }
    continuation.onTermination = { [weak self] end in
      guard case .cancelled = end, let self else { return }
      // Not at once: who cancels holds the reader's lock, for which updates wait that are told under ours.
      Task { self.state.withLock { $0.drop(id) } }
    }
    return updates
  }

  /// Runs engine processes until the task is cancelled or there is no use in another.
  /// - Returns: why there is no use, one line for people; nil where the task was cancelled.
  public func run() async -> String? {
    let reason = await ChildLoop(mostDeaths: 3).run(
      life: runChild, isReady: { state.withLock(\.isReady) },
      died: { status, delay in
        state.withLock { $0.mourn() }
        report(.died(status: status, restartAfter: delay))
      })
    state.withLock { $0.close() }
    return reason
  }

  private func tell(of message: RequestMessage) {
    switch message.type {
    case .ready: report(.ready(model: message.model ?? ""))
    case .loaded: report(.loaded(model: message.model ?? "", released: message.released ?? []))
    default: break
    }
  }

  private func runChild() async -> LineChild.End {
    defer { state.withLock { $0.orders = nil } }
    return await child.live(
      begun: { [self] pid, orders in
        report(.started(pid: pid))
        state.withLock { $0.begin(orders) }
      },
      take: { [self] line in
        let message = try JSONLine.decode(RequestMessage.self, from: line)
        state.withLock { $0.take(message) }
        tell(of: message)
        return true
      },
      isStuck: { [self] in
        let patience = limits.patience
        return state.withLock { $0.isStuck(patience) }
      })
  }
}
