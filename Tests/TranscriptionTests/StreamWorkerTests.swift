import Foundation
import SpeechEngine
import Synchronization
import Testing
import Transcription

/// An engine whose every speaker says how many samples came.
private struct Counter: StreamEngine {
  let name = "counter"
  let model = "none"

  final class Ear: StreamEar {
    let (events, continuation) = AsyncThrowingStream<StreamingEvent, any Error>.makeStream()
    private let count = Mutex(0)
    var stuck: Double { 0 }
    func feed(_ samples: [Float]) { count.withLock { $0 += samples.count } }
    func drop() { continuation.finish(throwing: CancellationError()) }
    func end() {
      let word = Word(start: 0, end: 1, word: " \(count.withLock { $0 })", probability: 1)
      continuation.yield(.committed([word]))
      continuation.finish()
    }
  }

  func open() -> any StreamEar { Ear() }
}

@Suite("The stream worker, child's side")
struct StreamWorkerTests {
  /// What the worker says of these frames before its input ends, which comes when `count` sessions are over.
  private func said(_ frames: [StreamFrame], until over: Int) -> [StreamMessage] {
    let lines = Mutex<[StreamMessage]>([])
    let isOver = DispatchSemaphore(value: 0)
    let worker = StreamWorker(Counter()) { line in
      guard let message = try? StreamMessage(line: line) else { return }
      let count = lines.withLock { lines in
        lines.append(message)
        return lines.count { $0.type == .ended || $0.type == .error }
      }
      if count == over { isOver.signal() }
    }
    var rest = frames[...]
    worker.run {
      if let next = rest.popFirst() { return next.bytes }
      isOver.wait()
      return Data()
    }
    return lines.withLock { $0 }
  }

  @Test("each session hears its own sound, and its end is said after its words") func sessions() {
    let frames = [
      StreamFrame(.open, session: 1), StreamFrame(.open, session: 2),
      StreamFrame(.sound, session: 1, payload: Data(count: 6)),
      StreamFrame(.sound, session: 2, payload: Data(count: 20)),
      StreamFrame(.sound, session: 9, payload: Data(count: 8)), StreamFrame(.end, session: 1),
      StreamFrame(.end, session: 2),
    ]
    let messages = said(frames, until: 2)
    #expect(messages.first?.type == .ready && messages.first?.engine == "counter")
    for (session, words) in [(UInt32(1), " 3"), (2, " 10")] {
      let own = messages.filter { $0.session == session }
      #expect(own.map(\.type) == [.committed, .ended])
      #expect(own.first?.words?.map(\.word) == [words])
    }
    #expect(!messages.contains { $0.session == 9 })
  }

  @Test("one session too many is refused with a reason") func tooMany() {
    let frames = (0...UInt32(StreamWorker.mostSessions)).map { StreamFrame(.open, session: $0) }
    let refusal = said(frames, until: 1).first { $0.type == .error }
    #expect(refusal?.session == UInt32(StreamWorker.mostSessions))
    #expect(refusal?.message?.isEmpty == false)
  }
}
