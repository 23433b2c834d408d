import Domain
import Foundation

/// The words for what is known of a recording.
extension Wording {
  /// What the guard against repeats matched: name, when, transcript, note.
  static func alreadyHere(_ file: String, _ clip: Clip, _ known: KnownClip) -> String {
    let name = plain(clip.originalName)
    let parts = ["\(name), taken in \(moment(clip.createdAt))", audio(clip), transcript(known), note(known)]
    return "already here: \(file) is \(clip.path) (\(parts.compactMap { $0 }.joined(separator: "; ")))"
  }

  /// A recording of which only the fingerprint is left.
  static func erased(_ file: String, firstSeenAt: Date) -> String {
    "\(file): was first seen \(moment(firstSeenAt)) and erased since. Take it in all the same: --force"
  }

  /// Local time to the minute.
  private static func moment(_ date: Date) -> String {
    Timestamp.local(date, zone: .autoupdatingCurrent).prefix(16).map { $0 == "T" ? " " : String($0) }.joined()
  }

  private static func audio(_ clip: Clip) -> String? {
    if let purgedAt = clip.purgedAt { return "audio purged \(moment(purgedAt))" }
    return clip.missingAt == nil ? nil : "audio missing"
  }

  private static func transcript(_ known: KnownClip) -> String {
    let kept = known.transcripts > 1 ? "\(known.transcripts) transcripts" : "transcribed"
    let words: String? =
      switch known.job {
      case .available, .retryable: "waits to be transcribed"
      case .running: "is being transcribed"
      case .dead: "transcription given up"
      case .cancelled: "transcription cancelled"
      case .completed, nil: nil
      }
    if known.transcripts == 0 { return words ?? "not transcribed" }
    return words.map { "\(kept), \($0)" } ?? kept
  }

  private static func note(_ known: KnownClip) -> String {
    guard known.hasNote else { return "no note" }
    return "note \(known.delivery?.rawValue ?? "not sent yet")"
  }
}
