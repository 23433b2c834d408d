public import Foundation
import Synchronization

/// What becomes of the stream worker's process.
public enum StreamSupervisorEvent: Sendable, Equatable {
  case started(pid: Int32)
  case ready(engine: String, model: String)
  case died(status: String, restartAfter: Duration)
  /// It said that it can't work as it is configured, or died too often before it could hear.
  case gaveUp(reason: String)
}

/// Keeps one `fieldos stream-worker` child at work, and sessions alive over its deaths: what was not committed is heard
/// again by the next. Whatever becomes of the child, whoever records goes on recording.
public final class StreamSupervisor: Sendable {
  /// A silent child is ended after so long, and one whose engine has been at one step of its work for so long.
  private let patience: Duration

  /// Deaths that one session bears; after one more it is 'final only'.
  private let mostDeaths: Int
  private let executable: URL
  private let arguments: [String]
  private let environment: [String: String]
  private let report: @Sendable (StreamSupervisorEvent) -> Void
  private let state = Mutex(State())

  private struct State: Sendable {
    var sessions: [UInt32: StreamRecord] = [:]
    var next: UInt32 = 1
    /// To the child at work.
    var frames: AsyncStream<Data>.Continuation?
    var heard = ContinuousClock.now
    /// What the child's last heartbeat says: one that is stuck may still talk, of other speakers.
    var stuck = 0.0
    /// Whether the child at work said that it can hear.
    var isReady = false
    /// Why there are no live words at all.
    var refusal: String?
    var engine: (name: String, model: String)?
  }

  /// The engine that hears, as it said itself; nil before it did.
  public var engine: (name: String, model: String)? { state.withLock(\.engine) }
  /// Why there are no live words at all, one line for people; nil while there may be some.
  public var refusal: String? { state.withLock(\.refusal) }

  /// - Parameters:
  ///   - environment: added to the parent's own.
  ///   - mostDeaths: default 3.
  ///   - patience: default 8 s.
  public init(
    executable: URL, arguments: [String], environment: [String: String], mostDeaths: Int = 3,
    patience: Duration = .seconds(8),
    report: @escaping @Sendable (StreamSupervisorEvent) -> Void = { _ in }
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.mostDeaths = mostDeaths
    self.patience = patience
    self.report = report
  }

  // MARK: - Sessions

  /// A speaker more. Updates end with `.ended` or `.finalOnly`.
  public func open() -> (id: UInt32, updates: AsyncStream<StreamUpdate>) {
    let (updates, continuation) = AsyncStream.makeStream(of: StreamUpdate.self)
    let id = state.withLock { state in
      defer { state.next += 1 }
      var record = StreamRecord(continuation)
      if let refusal = state.refusal {
        record.giveUp(refusal)
      } else {
        if let frames = state.frames { for frame in record.frames(state.next) { frames.yield(frame.bytes) } }
        state.sessions[state.next] = record
      }
      return state.next
    }
    return (id, updates)
  }

  /// Takes sound: 16-bit little-endian PCM, 16 kHz, one channel. Returns at once.
  public func feed(_ id: UInt32, _ pcm: Data) {
    state.withLock { state in
      guard state.sessions[id]?.hasEnded == false else { return }
      state.sessions[id]?.feed(pcm)
      for from in stride(from: 0, to: pcm.count, by: StreamFrame.mostBytes) {
        let piece = Data(pcm.dropFirst(from).prefix(StreamFrame.mostBytes))
        state.frames?.yield(StreamFrame(.sound, session: id, payload: piece).bytes)
      }
    }
  }

  /// No sound comes any more.
  public func end(_ id: UInt32) {
    state.withLock { state in
      guard state.sessions[id]?.hasEnded == false else { return }
      state.sessions[id]?.end()
      state.frames?.yield(StreamFrame(.end, session: id).bytes)
    }
  }

  /// Nobody wants the words any more.
  public func drop(_ id: UInt32) {
    state.withLock { state in
      guard let record = state.sessions.removeValue(forKey: id) else { return }
      record.updates.finish()
      state.frames?.yield(StreamFrame(.drop, session: id).bytes)
    }
  }

  // MARK: - The child

  /// Runs children until the task is cancelled or there is no use in another.
  public func run() async {
    let reason = await ChildLoop(mostDeaths: mostDeaths).run(
      life: runChild, isReady: { state.withLock(\.isReady) },
      died: { status, delay in
        mourn()
        report(.died(status: status, restartAfter: delay))
      })
    giveUp(reason ?? "FieldOS is stopping.")
    if let reason { report(.gaveUp(reason: reason)) }
  }

  private func giveUp(_ reason: String) {
    state.withLock { state in
      state.refusal = state.refusal ?? reason
      for record in state.sessions.values { record.giveUp(state.refusal ?? reason) }
      state.sessions = [:]
    }
  }

  private func mourn() {
    state.withLock { state in
      for id in state.sessions.keys where state.sessions[id]?.died(most: mostDeaths) == false {
        state.sessions[id] = nil
      }
    }
  }

  private func runChild() async -> LineChild.End {
    let child = LineChild(
      executable: executable, arguments: arguments, environment: environment, mostBytes: StreamMessage.mostBytes)
    defer { state.withLock { $0.frames = nil } }
    return await child.live(
      begun: { [self] pid, frames in
        report(.started(pid: pid))
        begin(frames)
      },
      take: { [self] line in take(try StreamMessage(line: line)) }, isStuck: { [self] in isStuck })
  }

  private func begin(_ frames: AsyncStream<Data>.Continuation) {
    state.withLock { state in
      state.heard = .now
      state.stuck = 0
      state.isReady = false
      state.frames = frames
      for id in state.sessions.keys.sorted() {
        for frame in state.sessions[id]?.frames(id) ?? [] { frames.yield(frame.bytes) }
      }
    }
  }

  /// - Returns: false for what no engine says.
  private func take(_ message: StreamMessage) -> Bool {
    let isSound = state.withLock { state in
      state.heard = .now
      if message.type == .heartbeat { state.stuck = min(max(0, message.stuck ?? 0), 1e6) }
      if message.type == .ready {
        state.isReady = true
        state.engine = (message.engine ?? "", message.model ?? "")
      }
      guard let id = message.session, let record = state.sessions[id] else { return true }
      guard message.isFinite else {
        // This session's sound made them, and would again in another process: the others hear on.
        record.giveUp("The engine gave figures that are none.")
        state.sessions[id] = nil
        state.frames?.yield(StreamFrame(.drop, session: id).bytes)
        return true
      }
      guard record.isSound(message) else { return false }
      if state.sessions[id]?.take(message) == true { state.sessions[id] = nil }
      return true
    }
    if isSound, message.type == .ready {
      report(.ready(engine: message.engine ?? "", model: message.model ?? ""))
    }
    return isSound
  }

  private var isStuck: Bool {
    let (isReady, heard, stuck) = state.withLock { ($0.isReady, $0.heard, $0.stuck) }
    // A large model takes its time to load.
    let limit = isReady ? patience : .seconds(120)
    return heard.duration(to: .now) > limit || .seconds(stuck) > limit
  }
}
