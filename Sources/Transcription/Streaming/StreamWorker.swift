public import Foundation
import SpeechEngine
import Synchronization

/// The child's side: frames in, lines out, until the input ends. Never opens the store, so that nothing of it can be harmed.
public final class StreamWorker: Sendable {
  /// Most sessions at once; one more is answered with an error.
  public static let mostSessions = 32

  private let engine: any StreamEngine
  private let write: @Sendable (Data) -> Void
  private let state = Mutex(State())

  private struct State: Sendable {
    var ears: [UInt32: any StreamEar] = [:]
  }

  /// - Parameter write: takes a line; called from any thread, one at a time.
  public init(_ engine: any StreamEngine, write: @escaping @Sendable (Data) -> Void) {
    let door = Mutex(())
    self.engine = engine
    self.write = { line in door.withLock { _ in write(line) } }
  }

  /// Says that it is ready, then what it hears.
  /// - Parameter read: the next bytes of the parent, empty at the end; may block its thread.
  public func run(read: () -> Data) {
    var ready = StreamMessage(.ready)
    (ready.engine, ready.model) = (engine.name, engine.model)
    tell(ready)
    let beating = Task { while !Task.isCancelled { await beat() } }
    defer { beating.cancel() }
    var frames = StreamFrameReader()
    while true {
      let bytes = read()
      guard !bytes.isEmpty, let whole = try? frames.push(bytes) else { return }
      for frame in whole { take(frame) }
    }
  }

  private func take(_ frame: StreamFrame) {
    let ear = state.withLock { $0.ears[frame.session] }
    switch frame.kind {
    case .open: if ear == nil { open(frame.session) }
    case .sound: ear?.feed(PCM16.samples(frame.payload))
    case .end: ear?.end()
    case .drop:
      ear?.drop()
      state.withLock { _ = $0.ears.removeValue(forKey: frame.session) }
    }
  }

  private func open(_ session: UInt32) {
    do {
      guard state.withLock({ $0.ears.count < Self.mostSessions }) else {
        return refuse(session, "\(Self.mostSessions) people speak already")
      }
      let ear = try engine.open()
      state.withLock { $0.ears[session] = ear }
      Task { await relay(ear, session) }
    } catch {
      refuse(session, "\(error)")
    }
  }

  private func relay(_ ear: any StreamEar, _ session: UInt32) async {
    do {
      for try await event in ear.events {
        if let message = StreamMessage(event, session: session) { tell(message) }
      }
      tell(StreamMessage(.ended, session: session))
    } catch is CancellationError {
      // Nobody wants to know.
    } catch {
      refuse(session, "\(error)")
    }
    state.withLock { _ = $0.ears.removeValue(forKey: session) }
  }

  private func refuse(_ session: UInt32, _ reason: String) {
    var message = StreamMessage(.error, session: session)
    message.message = String(reason.prefix(300))
    tell(message)
  }

  /// An engine that stands still looks alive from outside: its own process counts the seconds.
  private func beat() async {
    var heartbeat = StreamMessage(.heartbeat)
    heartbeat.stuck = state.withLock { $0.ears.values.map(\.stuck).max() ?? 0 }
    tell(heartbeat)
    try? await Task.sleep(for: .seconds(1))
  }

  private func tell(_ message: StreamMessage) { write(message.line) }
}
