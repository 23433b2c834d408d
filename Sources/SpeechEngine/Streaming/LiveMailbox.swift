import Foundation
import Synchronization

/// What is said to the thread of a `LiveTranscriber`.
enum LiveMessage {
  case open(LiveSpeaker)
  case feed(LiveSpeaker, [Float], at: Double)
  case end(LiveSpeaker)
  case cancel(LiveSpeaker, any Error)
}

/// Messages on their way to a thread that sleeps while there are none.
///
/// `@unchecked Sendable`: `door` guards everything that changes.
final class LiveMailbox: @unchecked Sendable {
  private let door = NSCondition()
  private var messages: [LiveMessage] = []
  private var closed: (any Error)?
  /// Asked between tokens.
  private let urgent = Atomic(false)
  /// Whether the thread sleeps, and when it last took a step.
  private var isAsleep = false
  private let step = Atomic(0.0.bitPattern)

  /// Between two layers or tokens.
  func tick() { step.store(StreamingTranscriber.systemClock().bitPattern, ordering: .relaxed) }

  /// Seconds since the last step of a thread that has something to do.
  var stuck: Double {
    door.lock()
    defer { door.unlock() }
    if isAsleep || closed != nil { return 0 }
    return max(0, StreamingTranscriber.systemClock() - Double(bitPattern: step.load(ordering: .relaxed)))
  }

  /// Something that the work at hand must stop for.
  var isUrgent: Bool { urgent.load(ordering: .relaxed) }

  func put(_ message: LiveMessage) {
    door.lock()
    let refusal = closed
    if refusal == nil { messages.append(message) }
    if isAsleep { tick() }
    isAsleep = false
    if case .cancel = message { urgent.store(true, ordering: .relaxed) }
    door.signal()
    door.unlock()
    if let refusal, case .open(let speaker) = message { speaker.finish(throwing: refusal) }
  }

  /// What has come; waits for it where nothing has.
  /// - Parameter waits: else returns at once.
  /// - Throws: what it was closed with.
  func take(waits: Bool) throws -> [LiveMessage] {
    door.lock()
    defer { door.unlock() }
    while waits, messages.isEmpty, closed == nil {
      isAsleep = true
      door.wait()
    }
    isAsleep = false
    tick()
    if let closed { throw closed }
    urgent.store(false, ordering: .relaxed)
    defer { messages = [] }
    return messages
  }

  /// No message is taken any more; speakers that come later get the error.
  func close(throwing error: any Error) {
    door.lock()
    let unread = messages
    messages = []
    if closed == nil { closed = error }
    urgent.store(true, ordering: .relaxed)
    door.broadcast()
    door.unlock()
    for case .open(let speaker) in unread { speaker.finish(throwing: error) }
  }
}

/// The work of a `LiveTranscriber`.
final class LiveThread {
  private struct Interrupted: Error {}
  private let transcriber: StreamingTranscriber
  private let box: LiveMailbox
  private var open: [(speaker: LiveSpeaker, session: StreamingSession)] = []

  init(_ transcriber: StreamingTranscriber, _ box: LiveMailbox) {
    self.transcriber = transcriber
    self.box = box
  }

  func run() throws {
    var isBusy = false
    do {
      while true {
        for message in try box.take(waits: !isBusy) { read(message) }
        isBusy = try work()
        deliver()
      }
    } catch {
      for item in open { item.speaker.finish(throwing: error) }
      throw error
    }
  }

  private func work() throws -> Bool {
    do {
      return try transcriber.advance { [box] in
        box.tick()
        if box.isUrgent { throw Interrupted() }
      }
    } catch is Interrupted {
      return true
    }
  }

  private func read(_ message: LiveMessage) {
    switch message {
    case .open(let speaker): open.append((speaker, transcriber.open()))
    case .feed(let speaker, let samples, let arrival):
      speaker.took(samples.count)
      session(of: speaker)?.feed(samples, at: arrival)
    case .end(let speaker): session(of: speaker)?.end()
    case .cancel(let speaker, let error):
      session(of: speaker)?.cancel()
      speaker.finish(throwing: error)
    }
  }

  private func session(of speaker: LiveSpeaker) -> StreamingSession? {
    open.first { $0.speaker === speaker }?.session
  }

  private func deliver() {
    for (speaker, session) in open {
      for event in session.takeEvents() { speaker.continuation.yield(event) }
      speaker.stands(unheard: session.backlog)
      if session.isFinished { speaker.finish() }
    }
    open.removeAll { $0.session.isFinished }
  }
}
