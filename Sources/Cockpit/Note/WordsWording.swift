import Domain
import Foundation

/// What a note page says about its transcript, in words.
struct WordsWording: Sendable {
  let clock: ClockWords
  let now: Date

  /// Below this a whole transcript is hard to hear.
  static let low = 0.6

  /// A speech server that tells no probabilities leaves 0.
  static func isKnown(_ transcript: Transcript) -> Bool { transcript.confidence > 0 || transcript.text.isEmpty }

  /// `94.2%`
  static func percent(_ confidence: Double) -> String {
    let tenths = Int((min(max(confidence.isFinite ? confidence : 0, 0), 1) * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)%"
  }

  /// How sure it is, and when it was ready.
  func sure(_ transcript: Transcript, _ clip: NoteFacts.Sound?, hasDoubts: Bool) -> String {
    let sure = Self.isKnown(transcript) ? "\(Self.percent(transcript.confidence)) sure overall. " : ""
    var line = "\(sure)Ready at \(ready(transcript, clip))."
    if hasDoubts { line += " Dotted words are less sure: tap one to hear it." }
    return line
  }

  private func ready(_ transcript: Transcript, _ clip: NoteFacts.Sound?) -> String {
    let at = transcript.completedAt
    guard let clip, (0..<600).contains(at.timeIntervalSince(clip.takenInAt)) else { return clock.moment(at) }
    let seconds = at.timeIntervalSince(clip.takenInAt)
    let tenths = Int((seconds * 10).rounded())
    let length = seconds < 90 ? "\(tenths / 10).\(tenths % 10) s" : ClockWords.length(seconds)
    return "\(clock.second(at)), \(length) after you stopped"
  }

  /// What is said before there is a transcript, nil where a notice says it.
  /// - Parameters:
  ///   - pace: seconds of work a second of sound, nil where nothing is known.
  ///   - waiting: recordings that wait or are being heard, this one among them.
  func pending(_ facts: NoteFacts, pace: Double?, waiting: Int) -> String? {
    if facts.sound == nil, facts.draft.recordingID != nil {
      return "The recording is on its way. Words follow; you can write already."
    }
    guard let work = facts.work, facts.sound != nil else { return nil }
    switch work.state {
    case .retryable:
      return "The last try at the words failed. The next is at \(clock.moment(work.runAt)). You can write already."
    case .available where waiting > 1:
      return "High-accuracy transcript follows. \(waiting) recordings wait. You can write already."
    case .available, .running:
      guard let left = left(facts, work, pace) else {
        return "High-accuracy transcript follows. You can write already."
      }
      return "High-accuracy transcript in about \(left). You can write already."
    case .completed, .cancelled, .dead: return nil
    }
  }

  private func left(_ facts: NoteFacts, _ work: NoteFacts.Work, _ pace: Double?) -> String? {
    guard let pace, let seconds = facts.sound?.seconds, pace.isFinite, seconds.isFinite else { return nil }
    let done = work.state == .running ? max(0, now.timeIntervalSince(work.since)) : 0
    let left = max(1, seconds * pace - done + 1)
    return left < 90 ? "\(Int(left.rounded(.up))) s" : "\(Int((left / 60).rounded(.up))) min"
  }
}
