import Foundation
public import SpeechEngine

/// What the listener of a session learns. Times are seconds from the session's first sample.
public enum StreamUpdate: Sendable, Equatable {
  /// Words that don't change any more.
  case committed([Word])
  /// What may come next; replaces what was said before.
  case tentative(String)
  /// How the session does so far; after each utterance.
  case stats(StreamingStats)
  /// The engine died and is started again; what was said meanwhile is heard then.
  case interrupted
  /// No live words any more: only the final transcript comes. `reason` is one line for people.
  case finalOnly(reason: String)
  /// The session is over, all its words are committed.
  case ended(StreamingStats)
}

/// What the supervisor knows of a session: enough to have another process go on with it.
struct StreamRecord {
  /// Sound is kept for another process as long as none of it is committed, but no longer than this.
  static let mostKept = 30 * 32_000

  let updates: AsyncStream<StreamUpdate>.Continuation
  /// Sound from `start` on.
  private(set) var kept = Data()
  /// Bytes before `kept`.
  private(set) var start = 0
  /// Byte from which the process at work has heard.
  private(set) var base = 0
  private(set) var hasEnded = false
  private(set) var deaths = 0
  private(set) var stats = StreamingStats()
  private var earlier = StreamingStats()

  init(_ updates: AsyncStream<StreamUpdate>.Continuation) { self.updates = updates }

  mutating func feed(_ pcm: Data) {
    kept.append(pcm)
    drop(to: start + kept.count - Self.mostKept)
  }

  mutating func end() { hasEnded = true }

  /// Seconds before what the process at work has heard.
  private var offset: Double { Double(base) / 32_000 }

  /// Takes what the process said; true when the session is over.
  mutating func take(_ message: StreamMessage) -> Bool {
    switch message.type {
    case .committed:
      let words = (message.words ?? []).map { $0.moved(by: offset) }
      if let last = words.last {
        drop(to: Int(min(last.end * 16_000, Double(start + kept.count) / 2)) * 2)
        updates.yield(.committed(words))
      }
    case .partial: updates.yield(.tentative(message.tentative ?? ""))
    case .stats:
      guard let now = message.stats else { break }
      stats = earlier.followed(by: now)
      updates.yield(.stats(stats))
    case .ended:
      updates.yield(.ended(stats))
      updates.finish()
      return true
    case .error:
      giveUp(message.message ?? "The engine refused.")
      return true
    case .ready, .heartbeat, .endpoint: break
    }
    return false
  }

  /// Its process died. False when that happened too often.
  mutating func died(most: Int) -> Bool {
    deaths += 1
    earlier = stats
    if deaths > most {
      giveUp("Live words stopped: the engine ended \(deaths) times.")
      return false
    }
    updates.yield(.tentative(""))
    updates.yield(.interrupted)
    return true
  }

  func giveUp(_ reason: String) {
    updates.yield(.finalOnly(reason: reason))
    updates.finish()
  }

  /// The frames that put another process where the last one was.
  mutating func frames(_ session: UInt32) -> [StreamFrame] {
    base = start
    var frames = [StreamFrame(.open, session: session)]
    for from in stride(from: 0, to: kept.count, by: StreamFrame.mostBytes) {
      let piece = kept.dropFirst(from).prefix(StreamFrame.mostBytes)
      frames.append(StreamFrame(.sound, session: session, payload: Data(piece)))
    }
    return frames + (hasEnded ? [StreamFrame(.end, session: session)] : [])
  }

  private mutating func drop(to byte: Int) {
    guard byte > start else { return }
    kept = Data(kept.dropFirst(byte - start))
    start = byte
  }
}

extension Word {
  fileprivate func moved(by seconds: Double) -> Word {
    Word(start: start + seconds, end: end + seconds, word: word, probability: probability)
  }
}

extension StreamingStats {
  /// What two processes did one after the other.
  func followed(by next: StreamingStats) -> StreamingStats {
    var sum = next
    let total = Double(words + next.words)
    sum.heard += heard
    sum.firstPartial = firstPartial ?? next.firstPartial
    sum.updates += updates
    sum.words += words
    sum.revisionsPerWord =
      total > 0 ? (revisionsPerWord * Double(words) + next.revisionsPerWord * Double(next.words)) / total : 0
    sum.medianLag = next.words > 0 ? next.medianLag : medianLag
    sum.largestLag = max(largestLag, next.largestLag)
    sum.passes += passes
    sum.busy += busy
    sum.shed += shed
    return sum
  }
}
