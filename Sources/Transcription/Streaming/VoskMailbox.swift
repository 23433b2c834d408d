import Foundation
import SpeechEngine

/// Sound on its way to libvosk.
struct VoskPiece {
  let samples: [Int16]
  /// What came since the piece before: up to which sample of the session, and when.
  let arrivals: [(sample: Int, at: Double)]
}

/// Between whoever speaks and the thread that hears them.
///
/// `@unchecked Sendable`: `door` guards everything that changes.
final class VoskMailbox: @unchecked Sendable {
  /// Most samples of a piece: 0.1 s, so that an utterance's end is seen soon.
  private static let piece = AudioClip.sampleRate / 10
  /// Seconds that may wait; a speaker who is so far ahead is given up, so that memory stays within bounds.
  static let mostBacklog = 120

  private let clock: @Sendable () -> Double
  private let door = NSCondition()
  private var sound: [Int16] = []
  /// Samples of `sound` that were taken.
  private var taken = 0
  private var fed = 0
  private var arrivals: [(sample: Int, at: Double)] = []
  private var hasEnded = false
  private var stop: (any Error)?
  /// Samples that libvosk has and has not answered yet, and since when.
  private var atWork: (samples: Int, since: Double)?
  private var isDone = false
  private var waiting: [(limit: Double, go: CheckedContinuation<Void, Never>)] = []

  init(clock: @escaping @Sendable () -> Double) { self.clock = clock }

  private func locked<Value>(_ work: () throws -> Value) rethrows -> Value {
    door.lock()
    defer { door.unlock() }
    return try work()
  }

  // MARK: - Whoever speaks

  func put(_ samples: [Float]) {
    locked {
      guard !hasEnded, stop == nil else { return }
      sound += samples.map(PCM16.value)
      fed += samples.count
      arrivals.append((fed, clock()))
      if sound.count - taken > Self.mostBacklog * AudioClip.sampleRate {
        stop = VoskError.fellBehind(seconds: Self.mostBacklog)
      }
      door.signal()
    }
  }

  func end() {
    locked {
      hasEnded = true
      door.signal()
    }
  }

  func cancel(throwing error: any Error) {
    locked {
      stop = stop ?? error
      door.signal()
    }
  }

  // MARK: - The thread

  /// The next piece; waits for it. Nil at the end.
  /// - Throws: what it was cancelled with.
  func next() throws -> VoskPiece? {
    let (piece, ready) = try locked { () throws -> (VoskPiece?, [CheckedContinuation<Void, Never>]) in
      atWork = nil
      while stop == nil, !hasEnded, sound.count == taken { door.wait() }
      if let stop { throw stop }
      let samples = Array(sound[taken..<min(sound.count, taken + Self.piece)])
      taken += samples.count
      if taken > sound.count / 2 {
        sound.removeFirst(taken)
        taken = 0
      }
      atWork = (samples.count, clock())
      defer { arrivals = [] }
      return (samples.isEmpty ? nil : VoskPiece(samples: samples, arrivals: arrivals), released())
    }
    for go in ready { go.resume() }
    return piece
  }

  /// libvosk is called outside of a piece.
  func begin() { locked { atWork = (0, clock()) } }

  /// The thread ends.
  func done() {
    let ready = locked {
      (isDone, sound, taken, atWork) = (true, [], 0, nil)
      hasEnded = true
      return released()
    }
    for go in ready { go.resume() }
  }

  // MARK: - Who asks

  var isFinished: Bool { locked { isDone } }

  /// Seconds that wait to be heard.
  var backlog: Double { locked { waitingSeconds } }

  /// Seconds for which libvosk has been in one call.
  var stuck: Double { locked { atWork.map { max(0, clock() - $0.since) } ?? 0 } }

  func drained(to seconds: Double) async {
    await withCheckedContinuation { go in
      let isReady = locked {
        if isDone || waitingSeconds <= seconds { return true }
        waiting.append((seconds, go))
        return false
      }
      if isReady { go.resume() }
    }
  }

  private var waitingSeconds: Double { Self.seconds(sound.count - taken + (atWork?.samples ?? 0)) }

  private func released() -> [CheckedContinuation<Void, Never>] {
    let now = isDone ? 0 : waitingSeconds
    defer { waiting.removeAll { $0.limit >= now } }
    return waiting.filter { $0.limit >= now }.map(\.go)
  }

  private static func seconds(_ samples: Int) -> Double { Double(samples) / Double(AudioClip.sampleRate) }
}
