import Domain
import Foundation

/// The first part of a note page: what was said.
struct WordsView: Sendable {
  /// A notice: bold fact, and what it means or what to do.
  struct Tell: Sendable {
    let look: String
    let icon: String
    let headline: String
    let line: String
    /// Whether a button asks for the words once more.
    let offersAgain: Bool
  }
  struct Heard: Sendable {
    let paragraphs: [SpokenParagraph]
    /// Set where it is not English.
    let language: String?
    let sure: String
    let original: String
    let transcriptID: String
  }
  struct Fixed: Sendable {
    let paragraphs: [String]
    let text: String
    let line: String
  }

  /// nil where nothing was recorded.
  let player: PlayerView?
  /// Why there is nothing to play.
  let silence: String?
  let pending: String?
  let tell: Tell?
  let heard: Heard?
  /// The rep's own version of what was heard.
  let fixed: Fixed?
  /// What was heard while it was spoken, nil where nobody listened.
  let live: LiveTextView?
  /// Whether the live text is all there is.
  let hasLiveOnly: Bool
  /// Number of the last correction, 0 before the first.
  let fixNumber: Int
  let difference: DiffView?
  /// `3 words to check`
  let toCheck: String?
  let isTyped: Bool
  let isCorrected: Bool
  /// Of live text and final one, where they differ at the places that are shown.
  let differsFromLive: Bool
  /// Whether it was recorded here, where words could have been heard as they were spoken.
  let wasRecorded: Bool
  let hasWords: Bool
  let hasAudio: Bool
  /// `wav`
  let audioSuffix: String
  let downloads: Bool
}

/// What a note's words are made from.
struct WordsSource: Sendable {
  let facts: NoteFacts
  let clip: Clip?
  let wave: ClipWave?
  let transcript: Transcript?
  let correction: TranscriptCorrection?
  let live: LiveTranscript?
  let pace: Double?
  let waiting: Int
  let makesTranscripts: Bool
  let isQA: Bool
}

extension WordsView {
  init(_ source: WordsSource, _ clock: ClockWords, now: Date) {
    let wording = WordsWording(clock: clock, now: now)
    let text = source.transcript.map(HeardText.init)
    let doubts = text?.doubts ?? []
    let fixedText = source.correction?.text
    hasAudio = source.clip.map { $0.purgedAt == nil && $0.missingAt == nil } ?? false
    player = hasAudio ? source.clip.map { PlayerView($0, source, doubts) } : nil
    silence = Self.silence(source.clip, clock)
    heard = source.transcript.flatMap { transcript in
      text.map { text in
        Heard(
          paragraphs: text.paragraphs.map(SpokenParagraph.init),
          language: transcript.language == "en" || transcript.language.isEmpty ? nil : transcript.language,
          sure: wording.sure(transcript, source.facts.sound, hasDoubts: !doubts.isEmpty), original: transcript.text,
          transcriptID: transcript.id.rawValue)
      }
    }
    fixed = fixedText.map { text in
      let at = source.correction.map { clock.moment($0.createdAt) } ?? ""
      return Fixed(
        paragraphs: text.split(separator: "\n").map(String.init), text: text,
        line: "Corrected \(at). What was heard is kept beside it and never changes.")
    }
    fixNumber = source.correction?.number ?? 0
    live = source.live.map {
      LiveTextView(
        $0, hasFinal: source.transcript?.text.isEmpty == false,
        comes: source.makesTranscripts && source.facts.work?.state.isPending ?? true)
    }
    hasLiveOnly = source.live?.words.phrases.isEmpty == false && source.transcript?.text.isEmpty ?? true
    difference = Self.difference(source)
    differsFromLive = fixedText == nil
    toCheck = doubts.isEmpty ? nil : doubts.count == 1 ? "1 word to check" : "\(doubts.count) words to check"
    tell = Self.tell(source)
    pending =
      source.transcript == nil && tell == nil
      ? wording.pending(source.facts, pace: source.pace, waiting: source.waiting) : nil
    isTyped = source.clip == nil && source.facts.draft.recordingID == nil
    isCorrected = fixedText != nil
    wasRecorded = source.facts.draft.recordingID != nil
    hasWords = source.transcript.map { !$0.text.isEmpty } ?? false
    audioSuffix = source.clip.map { ($0.path as NSString).pathExtension } ?? ""
    downloads = hasWords || hasAudio
  }

  /// Between what was heard and the rep's own version; where there is none, between what was heard live and after.
  private static func difference(_ source: WordsSource) -> DiffView? {
    guard let final = source.transcript?.text else { return nil }
    if let fixed = source.correction?.text { return DiffView(from: final, to: fixed) }
    guard let live = source.live?.words.text, !live.isEmpty else { return nil }
    return DiffView(from: live, to: final)
  }

  private static func silence(_ clip: Clip?, _ clock: ClockWords) -> String? {
    if let at = clip?.purgedAt { return "The audio was removed on \(clock.day(at)), as set. The words stay." }
    if clip?.missingAt != nil {
      return "The audio file is missing on the server. A manager can restore it from a backup."
    }
    return nil
  }

  private static func tell(_ source: WordsSource) -> Tell? {
    if let transcript = source.transcript {
      if transcript.text.isEmpty {
        return Tell(
          look: "cached", icon: "note", headline: "No words were heard",
          line: "The recording is safe. Listen to it, or write the note yourself.", offersAgain: false)
      }
      guard WordsWording.isKnown(transcript), transcript.confidence < WordsWording.low else { return nil }
      return Tell(
        look: "retry", icon: "warn", headline: "Hard to hear",
        line:
          "\(WordsWording.percent(transcript.confidence)) sure overall. Listen to the dotted words before you send.",
        offersAgain: false)
    }
    guard let work = source.facts.work, source.clip != nil else { return nil }
    switch work.state {
    case .dead:
      return Tell(
        look: "failed", icon: "stopsign", headline: "No transcript for this recording",
        line: "The audio is safe. Write the note yourself or try the words again.", offersAgain: true)
    case .cancelled:
      return Tell(
        look: "cached", icon: "note", headline: "The transcript was stopped",
        line: "The audio is safe. Write the note yourself or try the words again.", offersAgain: true)
    case .available, .retryable:
      guard !source.makesTranscripts else { return nil }
      let remedy =
        source.isQA
        ? "FIELDOS_QA_MODE is on. Set it to false."
        : "Turn it on: start with --final-worker, or set FIELDOS_FINAL_WORKER_ENABLED=true."
      return Tell(
        look: "cached", icon: "note", headline: "High-accuracy transcript is off",
        line: "The recording is safe, and you can write already. \(remedy)", offersAgain: false)
    case .running, .completed: return nil
    }
  }
}
