import Domain
import Foundation
import SpeechEngine
import Storage
import Transcription

/// One recording that is heard while it is spoken: its sound in order to the engine, its words to their row and to the
/// page. A session begins where the words that are kept end, so that a restart of the server costs none.
struct LiveLine {
  /// A chunk with more than so many behind it comes too late to be heard live.
  private static let mostBehind = 20
  /// Seconds of sound that are heard again when a session begins.
  private static let mostAgain = 20.0
  /// Chunks that came before the one that is next.
  private static let mostEarly = 200
  /// Ticks of 5 s without sound after which a session ends; the next chunk begins another.
  private static let patience = 24

  private let recording: Recording
  private let means: LiveMeans
  private var live: LiveTranscript
  private var session: UInt32?
  /// Seconds of the recording before the session's first sample.
  private var offset = 0.0
  /// The chunk that is fed next, and the second at which it begins.
  private var next = 0
  private var second = 0.0
  private var early: [Int: Data] = [:]
  /// What sessions before this one did.
  private var earlier = LiveFigures()
  private var isFinished = false
  private var ticks = 0

  init(_ recording: Recording, _ means: LiveMeans) {
    self.recording = recording
    self.means = means
    live = LiveTranscript(draftID: recording.draftID, recordingID: recording.id, ownerID: recording.ownerID)
  }

  /// Until the session is over, or the task is cancelled.
  mutating func run(_ signals: AsyncStream<LiveSignal>, _ line: AsyncStream<LiveSignal>.Continuation) async {
    // What can't be read or kept now costs the preview, nothing else.
    guard (try? begin(line)) == true else { return await drain(signals) }
    for await signal in signals {
      if Task.isCancelled { break }
      guard take(signal) else { break }
    }
    if let session { means.supervisor.drop(session) }
  }

  /// A recording without live words: its signals go by until it is whole.
  private mutating func drain(_ signals: AsyncStream<LiveSignal>) async {
    for await signal in signals {
      if case .tick = signal { ticks += 1 } else { ticks = 0 }
      if case .finished = signal { return }
      if ticks > Self.patience { return }
    }
  }

  private mutating func begin(_ line: AsyncStream<LiveSignal>.Continuation) throws -> Bool {
    if let known = try means.store.live.find(recording.draftID) { live = known }
    if live.state == .stopped {
      tell(from: live.words.phrases.count)
      return false
    }
    live.state = .live
    earlier = live.figures
    let (id, updates) = means.supervisor.open()
    session = id
    Task { for await update in updates { line.yield(.update(update)) } }
    try catchUp()
    return true
  }

  /// Hears again what is here already and not committed.
  private mutating func catchUp() throws {
    let chunks = try means.store.recordings.chunks(of: recording.id)
    let whole = zip(chunks, 0...).prefix { $0.number == $1 }.map { $0.0 }
    let length = whole.reduce(0.0) { $0 + $1.seconds }
    if length - live.words.heardUntil > Self.mostAgain {
      live.words.skip(to: length)
      live.figures.dropouts += 1
    }
    var isFirst = true
    for chunk in whole {
      defer { (next, second) = (chunk.number + 1, second + chunk.seconds) }
      guard second + chunk.seconds > live.words.heardUntil else { continue }
      let from = isFirst ? max(0, Int((live.words.heardUntil - second) * 16_000)) * 2 : 0
      if isFirst { offset = second + Double(from) / 32_000 }
      isFirst = false
      feed(Data(try Data(contentsOf: means.folder.appending(path: chunk.path)).dropFirst(from)))
    }
    if isFirst { offset = second }
  }

  // MARK: - Sound

  /// - Returns: whether more may come.
  private mutating func take(_ signal: LiveSignal) -> Bool {
    switch signal {
    case .came(let number, let pcm, let behind):
      ticks = 0
      if number >= next { early[number] = pcm }
      // One that is missing for so long is on the disk: another session begins there.
      if early.count > Self.mostEarly { return end(.ended) }
      while let pcm = early.removeValue(forKey: next) { hear(pcm, behind: behind) }
    case .finished:
      isFinished = true
      if let session { means.supervisor.end(session) }
    case .tick:
      ticks += 1
      if ticks == Self.patience, let session { means.supervisor.end(session) }
      // An engine that does not come to an end is not waited for any longer.
      if ticks >= 2 * Self.patience { return end(.ended) }
    case .update(let update): return take(update)
    }
    return true
  }

  private mutating func hear(_ pcm: Data, behind: Int) {
    let seconds = Double(pcm.count) / 32_000
    next += 1
    second += seconds
    // Silence in its place keeps the times of what follows right.
    let isLate = behind > Self.mostBehind
    feed(isLate ? Data(count: pcm.count) : pcm)
    guard isLate else { return }
    if live.words.phrases.last?.text != "" { live.figures.dropouts += 1 }
    live.words.skip(to: second)
  }

  private func feed(_ pcm: Data) {
    if let session { means.supervisor.feed(session, pcm) }
  }

  // MARK: - Words

  private mutating func take(_ update: StreamUpdate) -> Bool {
    switch update {
    case .committed(let words):
      let before = live.words.phrases.count
      for word in words { live.words.commit(word.word, from: word.start + offset, to: word.end + offset) }
      (live.figures.engine, live.figures.model) = means.supervisor.engine ?? ("", "")
      _ = try? means.store.live.save(live)
      tell(from: max(0, before - 1))
    case .tentative(let text): tell(from: live.words.phrases.count, tentative: text)
    case .stats(let stats): live.figures.take(stats, after: earlier)
    case .interrupted:
      live.figures.dropouts += 1
      tell(from: live.words.phrases.count, notice: .back)
    case .finalOnly(let reason):
      live.reason = reason
      live.figures.finalOnly = true
      return end(.stopped)
    case .ended(let stats):
      live.figures.take(stats, after: earlier)
      return end(.ended)
    }
    return true
  }

  /// - Returns: false, for nothing comes after it.
  private mutating func end(_ state: LiveTranscript.State) -> Bool {
    live.state = state
    session = nil
    // A pause is no end: what comes later goes on with these words.
    let asDraft = !means.makesTranscripts && (isFinished || state == .stopped)
    _ = try? means.store.live.end(live, asDraft: asDraft && !live.words.text.isEmpty)
    tell(from: live.words.phrases.count)
    return false
  }

  private func tell(from phrase: Int, tentative: String = "", notice: LiveNotice? = nil) {
    let said = LiveSaid(live, from: phrase, tentative: tentative, notice: notice)
    guard let json = try? JSONEncoder().encode(said) else { return }
    means.hub.tell(LiveEvent(kind: "live.words", json: String(decoding: json, as: UTF8.self)), to: live.ownerID)
  }
}

extension RecordedChunk {
  fileprivate var seconds: Double { Double(byteCount) / Double(Recording.bytesPerSecond) }
}

extension LiveFigures {
  fileprivate mutating func take(_ stats: StreamingStats, after earlier: LiveFigures) {
    firstPartialMilliseconds = earlier.firstPartialMilliseconds ?? stats.firstPartial
    (medianLag, revisionsPerWord) = (stats.medianLag, stats.revisionsPerWord)
    (updates, words) = (earlier.updates + stats.updates, earlier.words + stats.words)
    (heard, busy) = (earlier.heard + stats.heard, earlier.busy + stats.busy)
  }
}
