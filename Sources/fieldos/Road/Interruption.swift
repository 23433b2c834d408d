import Foundation
import Synchronization

/// Ctrl-C and `kill`: the work ends in order, and what was begun is finished or given back. A second signal ends the
/// process at once. Listens from its making until the process ends; one a process.
///
/// A signal's handler can do next to nothing, so it writes to a pipe that a thread reads. A dispatch source would be
/// told of signals, too, but not of one that comes while it is set up: that one is lost, and nobody ends.
final class Interruption: Sendable {
  private struct State: Sendable {
    var signal: Int32?
    var cancel: (@Sendable () -> Void)?
    var grace: TimeInterval?
  }

  /// Where handlers write the signal's number, and where it is read; -1 where there is no pipe.
  private static let pipe: (reader: Int32, writer: Int32) = {
    var ends: [Int32] = [-1, -1]
    guard Foundation.pipe(&ends) == 0 else { return (-1, -1) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }()

  private let state = Mutex(State())

  init() {
    // Without a pipe signals do what they do to any program.
    guard Self.pipe.writer >= 0 else { return }
    Thread.detachNewThread { [self] in
      var number: UInt8 = 0
      while true {
        let got = read(Self.pipe.reader, &number, 1)
        if got == 1 { hear(Int32(number)) } else if got == 0 || errno != EINTR { return }
      }
    }
    for signal in [SIGINT, SIGTERM] { Self.handle(signal) }
  }

  /// Runs `work`; SIGINT and SIGTERM cancel it.
  /// - Returns: the signal that interrupted it, nil when it came to its end.
  @discardableResult
  static func cancelling(_ work: @escaping @Sendable () async throws -> Void) async throws -> Int32? {
    try await Interruption().cancelling(work).signal
  }

  /// Runs `work` unless a signal has come; one that comes cancels it. May be called again.
  /// - Returns: the signal, nil where none came, and what the work came to, nil where it did not begin or threw after
  ///   the signal.
  func cancelling<T: Sendable>(
    _ work: @escaping @Sendable () async throws -> T
  ) async throws -> (signal: Int32?, value: T?) {
    if let signal = state.withLock({ $0.signal }) { return (signal, nil) }
    let task = Task { try await work() }
    let early = state.withLock { state in
      state.cancel = { task.cancel() }
      return state.signal
    }
    if early != nil { task.cancel() }
    let result = await task.result
    if let signal = state.withLock({ $0.signal }) { return (signal, try? result.get()) }
    return (nil, try result.get())
  }

  /// Ends the process where it has not ended so long after the signal, whatever holds it.
  /// - Parameter grace: in seconds.
  func cut(after grace: TimeInterval) { state.withLock { $0.grace = grace } }

  private static func handle(_ signal: Int32) {
    Foundation.signal(signal) { signal in
      let before = errno
      var number = UInt8(truncatingIfNeeded: signal)
      _ = write(Interruption.pipe.writer, &number, 1)
      errno = before
    }
  }

  private func hear(_ signal: Int32) {
    let (isSecond, cancel, grace) = state.withLock { state in
      defer { state.signal = state.signal ?? signal }
      return (state.signal != nil, state.cancel, state.grace)
    }
    if isSecond { _exit(128 + signal) }
    if let grace { Self.end(after: grace, signal) }
    cancel?()
  }

  /// On threads of its own: what holds the process may hold every other, and standard error, too.
  private static func end(after grace: TimeInterval, _ signal: Int32) {
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: grace)
      Thread.detachNewThread {
        Console.error(
          "fieldos: not all of it ended within \(Int(grace)) s, the rest was cut off. What was saved is kept.")
      }
      Thread.sleep(forTimeInterval: 0.2)
      _exit(128 + signal)
    }
  }
}
