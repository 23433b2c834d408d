public import SpeechEngine
import Foundation

/// One speaker whom libvosk hears, on a thread of their own. From any thread.
public final class VoskEar: StreamEar {
  public let events: AsyncThrowingStream<StreamingEvent, any Error>
  private let continuation: AsyncThrowingStream<StreamingEvent, any Error>.Continuation
  private let box: VoskMailbox

  /// Determinising a lattice goes deep.
  private static let stack = 1 << 23

  init(_ model: VoskModel, clock: @escaping @Sendable () -> Double = StreamingTranscriber.systemClock) {
    (events, continuation) = AsyncThrowingStream.makeStream()
    let box = VoskMailbox(clock: clock)
    self.box = box
    continuation.onTermination = { reason in
      if case .cancelled = reason { box.cancel(throwing: CancellationError()) }
    }
    let thread = Thread { [continuation] in
      do {
        try Self.hear(box, model, clock) { continuation.yield($0) }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
      box.done()
    }
    thread.name = "vosk"
    thread.stackSize = Self.stack
    thread.start()
  }

  private static func hear(
    _ box: VoskMailbox, _ model: VoskModel, _ clock: @escaping () -> Double, _ tell: (StreamingEvent) -> Void
  ) throws {
    box.begin()
    let hearing = try VoskHearing(model, clock: clock)
    while let piece = try box.next() { for event in try hearing.hear(piece) { tell(event) } }
    for event in try hearing.end() { tell(event) }
  }

  public var backlog: Double { box.backlog }
  public var stuck: Double { box.stuck }
  /// No event comes any more.
  public var isFinished: Bool { box.isFinished }

  /// Takes samples. One who is two minutes ahead of libvosk is given up with `VoskError.fellBehind`.
  public func feed(_ samples: [Float]) { box.put(samples) }

  public func end() { box.end() }

  public func drop() { cancel(throwing: CancellationError()) }

  /// Nobody wants the words any more. What libvosk is in the middle of is not waited for.
  public func cancel(throwing error: any Error) {
    continuation.finish(throwing: error)
    box.cancel(throwing: error)
  }

  /// Returns when no more than so many seconds wait to be heard, or the speaker has ended.
  public func drained(to seconds: Double) async { await box.drained(to: seconds) }
}
