import Foundation
import SpeechEngine

/// What the supervisor knows of a session: enough to have another process go on with it.
struct StreamRecord {
  /// Sound is kept for another process until it is settled, but no longer than this.
  static let mostKept = 30 * bytesPerSecond
  /// So much of what is settled is heard again by another process: where a word ends is an estimate.
  private static let overlap = bytesPerSecond * 3 / 10
  private static let bytesPerSecond = 32_000

  let updates: AsyncStream<StreamUpdate>.Continuation
  /// Sound from `start` on.
  private(set) var kept = Data()
  /// Bytes before `kept`.
  private(set) var start = 0
  /// Bytes of which nothing more will be said.
  private var settled = 0
  /// Byte from which the process at work has heard.
  private(set) var base = 0
  private(set) var hasEnded = false
  private(set) var deaths = 0
  private(set) var stats = StreamingStats()
  private var earlier = StreamingStats()
  /// What is committed, where another process may say some of it again; the words of this process behind that.
  private var seam = StableWords()
  private var isBehindSeam = true
  private var isInterrupted = false
  private var said = 0

  init(_ updates: AsyncStream<StreamUpdate>.Continuation) { self.updates = updates }

  mutating func feed(_ pcm: Data) {
    kept.append(pcm)
    drop(to: start + kept.count - Self.mostKept)
  }

  mutating func end() { hasEnded = true }

  /// Seconds before what the process at work has heard.
  private var offset: Double { Double(base) / Double(Self.bytesPerSecond) }
  private var seconds: Double { Double(start + kept.count) / Double(Self.bytesPerSecond) }

  /// Whether an engine that has heard this session's sound can say so: times within it, figures that are some.
  func isSound(_ message: StreamMessage) -> Bool {
    let length = seconds - offset + 1
    let words = (message.words ?? []).allSatisfy { word in
      word.start >= 0 && word.start <= word.end && word.end <= length && (0...1).contains(word.probability)
    }
    return words && (message.stats?.isPlausible ?? true)
  }

  /// Takes what the process said; true when the session is over.
  mutating func take(_ message: StreamMessage) -> Bool {
    switch message.type {
    case .committed: commit(message.words ?? [])
    case .partial:
      resume()
      updates.yield(.tentative(message.tentative ?? ""))
    case .stats: message.stats.map { account($0) }
    case .ended:
      stats.words = said
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

  private mutating func commit(_ words: [Word]) {
    resume()
    let moved = words.map {
      HeardWord($0.word, start: $0.start + offset, end: $0.end + offset, probability: $0.probability)
    }
    let fresh = seam.finish(moved, continues: isBehindSeam)
    guard let last = fresh.last else { return }
    isBehindSeam = true
    said += fresh.count
    settle(last.end)
    updates.yield(
      .committed(fresh.map { Word(start: $0.start, end: $0.end, word: $0.text, probability: $0.probability) }))
  }

  private mutating func account(_ now: StreamingStats) {
    stats = earlier.followed(by: now)
    settle(offset + now.settled)
    // Who dies before it says how it did has said its words.
    stats.words = said
    stats.settled = Double(settled) / Double(Self.bytesPerSecond)
    updates.yield(.stats(stats))
  }

  /// Nothing more will be said of sound before this second.
  private mutating func settle(_ second: Double) {
    settled = max(settled, Int(min(second, seconds) * 16_000) * 2)
    drop(to: settled - Self.overlap)
  }

  private mutating func resume() {
    if isInterrupted { updates.yield(.resumed) }
    isInterrupted = false
  }

  /// Its process died. False when that happened too often.
  mutating func died(most: Int) -> Bool {
    deaths += 1
    earlier = stats
    if deaths > most {
      giveUp("Live words stopped: the engine ended \(deaths) times.")
      return false
    }
    isInterrupted = true
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
    if start > settled {
      let second = Double(Self.bytesPerSecond)
      updates.yield(.missed(from: Double(settled) / second, to: Double(start) / second))
      settled = start
    }
    base = start
    isBehindSeam = false
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

  /// Whether a session can have come to these, however long it is.
  var isPlausible: Bool {
    let counts = [updates, words, passes, shed]
    let measures = [heard, revisionsPerWord, medianLag, largestLag, busy, settled, firstPartial ?? 0]
    return counts.allSatisfy { (0...1 << 40).contains($0) } && measures.allSatisfy { (0...1e12).contains($0) }
  }
}
