import Domain

/// What the recorder's page learns of live words.
struct LiveSaid: Encodable {
  struct Phrase: Encodable {
    /// Place among all phrases.
    let n: Int
    let text: String
    /// Seconds that were not heard live; nil for words.
    let gap: Int?
  }

  /// The recording.
  let subject: String
  let note: String
  /// Those that changed; they take the places of those with their numbers.
  let phrases: [Phrase]
  /// What may come next.
  let tentative: String
  /// What is to be said about it, `""` for nothing.
  let notice: String

  init(_ live: LiveTranscript, from first: Int, tentative: String = "", notice: LiveNotice? = nil) {
    subject = live.recordingID.rawValue
    note = live.draftID.rawValue
    phrases = live.words.phrases.enumerated().dropFirst(first).map { number, phrase in
      Phrase(
        n: number, text: phrase.text, gap: phrase.isGap ? phrase.seconds : nil)
    }
    self.tentative = tentative
    let stopped: LiveNotice? = live.state == .stopped ? (live.words.phrases.isEmpty ? .never : .stopped) : nil
    self.notice = (notice ?? stopped)?.rawValue ?? ""
  }
}

/// Why there are no live words.
enum LiveNotice: String {
  /// There never were any.
  case never = "none"
  /// There are none any more.
  case stopped
  /// The engine is started again.
  case back
}
