import Domain
import Foundation
import Serving
import SpeechEngine
import Storage
import Transcription

/// The words of one recording that is heard live: in their row first, then on the page.
struct LiveText {
  private let means: LiveMeans
  private var live: LiveTranscript
  /// What sessions before this one did.
  private var earlier = LiveFigures()
  /// The first phrase that the page does not have as it is.
  private var untold = Int.max

  var heardUntil: Double { live.words.heardUntil }

  init(_ recording: Recording, _ means: LiveMeans) {
    self.means = means
    live = LiveTranscript(draftID: recording.draftID, recordingID: recording.id, ownerID: recording.ownerID)
  }

  /// Goes on with what is kept.
  /// - Returns: whether words may still come.
  mutating func load() async throws -> Bool {
    let (store, draftID) = (means.store, live.draftID)
    if let known = try await Blocking.run({ try store.live.find(draftID) }) { live = known }
    earlier = live.figures
    if live.state != .live { tell() }
    return live.state == .live
  }

  /// - Parameter offset: seconds of the recording before the session's first sample.
  /// - Returns: false where the note is gone.
  mutating func commit(_ words: [Word], offset: Double) async -> Bool {
    for word in words {
      let changed = live.words.commit(word.word, from: word.start + offset, to: word.end + offset)
      untold = min(untold, changed)
    }
    (live.figures.engine, live.figures.model) = means.supervisor.engine ?? ("", "")
    return await save()
  }

  /// What can't be kept now is shown when it can.
  private mutating func save() async -> Bool {
    let (store, live) = (means.store, live)
    guard let isThere = try? await Blocking.run({ try store.live.save(live) }) else { return true }
    if isThere { tell() }
    return isThere
  }

  mutating func account(_ stats: StreamingStats, offset: Double) {
    live.figures.take(stats, after: earlier)
    live.words.settle(until: stats.settled + offset)
  }

  /// Sound between two seconds is not heard live.
  mutating func skip(from start: Double, to end: Double) {
    live.figures.dropouts += 1
    untold = min(untold, live.words.skip(from: start, to: end))
  }

  mutating func breakOff() {
    live.figures.dropouts += 1
    tell(notice: .back)
  }

  /// The session is over, the recording may go on.
  mutating func rest() async {
    if !live.words.phrases.isEmpty { _ = await save() }
  }

  mutating func stop(_ reason: String) async {
    live.reason = reason
    live.figures.finalOnly = true
    await end(.stopped)
  }

  mutating func end(_ state: LiveTranscript.State = .ended) async {
    live.state = state
    let (means, live) = (means, live)
    let isThere = try? await Blocking.run { try means.store.live.end(live, asDraft: !means.makesTranscripts) }
    if isThere == true { tell() }
  }

  mutating func tell(tentative: String = "", notice: LiveNotice? = nil) {
    let said = LiveSaid(live, from: untold, tentative: tentative, notice: notice)
    guard let json = try? JSONEncoder().encode(said) else { return }
    untold = .max
    means.hub.tell(LiveEvent(kind: "live.words", json: String(decoding: json, as: UTF8.self)), to: live.ownerID)
  }
}

extension LiveFigures {
  fileprivate mutating func take(_ stats: StreamingStats, after earlier: LiveFigures) {
    firstPartialMilliseconds = earlier.firstPartialMilliseconds ?? stats.firstPartial
    medianLag = stats.words > 0 ? stats.medianLag : earlier.medianLag
    let all = Double(earlier.words + stats.words)
    let revised = earlier.revisionsPerWord * Double(earlier.words) + stats.revisionsPerWord * Double(stats.words)
    revisionsPerWord = all > 0 ? revised / all : 0
    (updates, words) = (earlier.updates + stats.updates, earlier.words + stats.words)
    (heard, busy) = (earlier.heard + stats.heard, earlier.busy + stats.busy)
  }
}
