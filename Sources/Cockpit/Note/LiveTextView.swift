import Domain

/// What was heard of a recording while it was spoken, on its note's page.
struct LiveTextView: Sendable {
  struct Line: Sendable {
    let text: String
    let isGap: Bool
  }

  let lines: [Line]
  /// What it is, in words.
  let caption: String

  /// - Parameters:
  ///   - hasFinal: whether the final transcript is here.
  ///   - comes: whether one is to come.
  init(_ live: LiveTranscript, hasFinal: Bool, comes: Bool) {
    lines = live.words.phrases.map { phrase in
      phrase.isGap
        ? Line(text: "[\(phrase.seconds) s not heard live]", isGap: true) : Line(text: phrase.text, isGap: false)
    }
    caption = Self.caption(live, hasFinal: hasFinal, comes: comes)
  }

  private static func caption(_ live: LiveTranscript, hasFinal: Bool, comes: Bool) -> String {
    if live.words.text.isEmpty {
      return live.state == .stopped
        ? "No live words for this recording. \(live.reason ?? "")" : "No words were heard live."
    }
    let heard = live.state == .stopped ? "Heard live, until it stopped." : "Heard live, as you spoke."
    if hasFinal { return "\(heard) The high-accuracy transcript took its place." }
    return comes ? "\(heard) The high-accuracy transcript takes its place." : heard
  }
}
