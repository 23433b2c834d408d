import Capture
import Domain
import Foundation
import Serving
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
  private let line: AsyncStream<LiveSignal>.Continuation
  private let taken: (Int) -> Void
  private var text: LiveText
  private var session: UInt32?
  /// Seconds of the recording before the session's first sample.
  private var offset = 0.0
  /// The chunk that is fed next, and the second at which it begins. The last number there is: what is left is heard when it
  /// is a clip.
  private var next = 0
  private var second = 0.0
  private var early: [Int: Data] = [:]
  /// Where sound began that comes too late.
  private var lateSince: Double?
  private var isFinished = false
  private var ticks = 0

  /// - Parameter taken: told how many bytes of sound were taken.
  init(
    _ recording: Recording, _ means: LiveMeans, _ line: AsyncStream<LiveSignal>.Continuation,
    taken: @escaping (Int) -> Void
  ) {
    self.recording = recording
    self.means = means
    self.line = line
    self.taken = taken
    text = LiveText(recording, means)
  }

  /// Until the session is over, or the task is cancelled.
  /// - Returns: whether the recording became whole and nobody heard it to its end.
  mutating func run(_ signals: AsyncStream<LiveSignal>) async -> Bool {
    // What can't be read or kept now costs the preview, nothing else.
    let hears = (try? await begin()) ?? false
    for await signal in signals {
      if Task.isCancelled { break }
      if case .came(_, let pcm, _) = signal { taken(pcm.count) }
      guard await (hears ? take(signal) : pass(signal)) else { break }
    }
    if let session { means.supervisor.drop(session) }
    return isFinished && !hears
  }

  /// A recording without live words: its signals go by until it is whole.
  private mutating func pass(_ signal: LiveSignal) -> Bool {
    switch signal {
    case .tick: ticks += 1
    case .finished:
      isFinished = true
      return false
    case .came, .update: ticks = 0
    }
    return ticks <= Self.patience
  }

  private mutating func begin() async throws -> Bool {
    guard try await text.load() else { return false }
    let (means, id) = (means, recording.id)
    let chunks = try await Blocking.run { try means.store.recordings.chunks(of: id) }
    let (session, updates) = means.supervisor.open()
    Task { [line] in for await update in updates { line.yield(.update(update)) } }
    self.session = session
    await catchUp(chunks)
    return true
  }

  /// Hears again what is here already and not committed.
  private mutating func catchUp(_ chunks: [RecordedChunk]) async {
    let whole = zip(chunks, 0...).prefix { $0.number == $1 }.map { $0.0 }
    let length = whole.reduce(0.0) { $0 + $1.seconds }
    if length - text.heardUntil > Self.mostAgain { text.skip(from: text.heardUntil, to: length) }
    var isFirst = true
    for chunk in whole {
      if second + chunk.seconds > text.heardUntil {
        let path = means.folder.appending(path: chunk.path)
        guard let sound = try? await Blocking.run({ try Data(contentsOf: path) }) else {
          // Mostly because it became a clip meanwhile: from here on, that is heard.
          next = .max
          break
        }
        let from = isFirst ? max(0, Int((text.heardUntil - second) * 16_000)) * 2 : 0
        if isFirst { offset = second + Double(from) / 32_000 }
        isFirst = false
        feed(Data(sound.dropFirst(from)))
      }
      (next, second) = (chunk.number + 1, second + chunk.seconds)
    }
    guard isFirst else { return }
    // Of a recording that is a clip by now, no chunk is left.
    second = max(second, text.heardUntil)
    offset = second
  }

  // MARK: - Sound

  /// - Returns: whether more may come.
  private mutating func take(_ signal: LiveSignal) async -> Bool {
    switch signal {
    case .came(let number, let pcm, let behind):
      ticks = 0
      if number >= next { early[number] = pcm }
      // One that is missing for so long is on the disk: another session begins there.
      if early.count > Self.mostEarly { return await rest() }
      while let pcm = early.removeValue(forKey: next) { hear(pcm, behind: behind) }
    case .finished(let whole):
      isFinished = true
      await hearRest(of: whole)
      if let session { means.supervisor.end(session) }
    case .tick:
      ticks += 1
      if ticks == Self.patience, let session { means.supervisor.end(session) }
      // An engine that does not come to an end is not waited for any longer.
      if ticks >= 2 * Self.patience { return await isFinished ? end() : rest() }
    case .update(let update): return await take(update)
    }
    return true
  }

  private mutating func hear(_ pcm: Data, behind: Int) {
    let begin = second
    next += 1
    second += Double(pcm.count) / Double(Recording.bytesPerSecond)
    // Silence in its place keeps the times of what follows right.
    let isLate = behind > Self.mostBehind
    feed(isLate ? Data(count: pcm.count) : pcm)
    if isLate { lateSince = lateSince ?? begin } else { tellLate(until: begin) }
  }

  /// Hears what is left of a whole recording: parts that found no room here, and those behind a part that never came here.
  private mutating func hearRest(of whole: Recording) async {
    let heard = Int((second * Double(Recording.sampleRate)).rounded())
    guard let frames = whole.frames, frames > heard else { return }
    let end = Double(frames) / Double(Recording.sampleRate)
    let desk = RecordingDesk(store: means.store, dataDirectory: means.folder)
    let isTooMuch = end - second > Self.mostAgain
    let sound = isTooMuch ? nil : try? await Blocking.run { try desk.samples(of: whole, from: heard) }
    if let sound {
      tellLate(until: second)
      feed(sound)
    } else {
      lateSince = lateSince ?? second
    }
    second = end
  }

  /// What came too late stands in the text as not heard.
  private mutating func tellLate(until end: Double) {
    guard let since = lateSince else { return }
    lateSince = nil
    text.skip(from: since, to: end)
  }

  private func feed(_ pcm: Data) {
    if let session { means.supervisor.feed(session, pcm) }
  }

  // MARK: - Words

  /// - Returns: whether more may come.
  private mutating func take(_ update: StreamUpdate) async -> Bool {
    switch update {
    case .committed(let words): return await text.commit(words, offset: offset)
    case .tentative(let words): text.tell(tentative: words)
    case .stats(let stats): text.account(stats, offset: offset)
    case .interrupted: text.breakOff()
    case .resumed: text.tell()
    case .missed(let from, let to): text.skip(from: from + offset, to: to + offset)
    case .finalOnly(let reason):
      await text.stop(reason)
      return false
    case .ended(let stats):
      text.account(stats, offset: offset)
      return await isFinished ? end() : rest()
    }
    return true
  }

  /// The session is over, the recording may go on: another session goes on with these words.
  /// - Returns: false.
  private mutating func rest() async -> Bool {
    tellLate(until: second)
    await text.rest()
    return false
  }

  /// - Returns: false, for nothing comes after it.
  private mutating func end() async -> Bool {
    tellLate(until: second)
    await text.end()
    return false
  }
}

extension RecordedChunk {
  fileprivate var seconds: Double { Double(byteCount) / Double(Recording.bytesPerSecond) }
}
