import SpeechEngine

/// Cuts a transcript into the pieces of a stream: put together they are the final text, to the letter. Pure.
struct DeltaText {
  /// What the engine has said since it began, and perhaps began anew.
  private var heard = ""
  /// What was sent.
  private(set) var sent = ""

  /// The engine begins anew.
  mutating func again() { heard = "" }

  /// - Returns: what is to be sent; nil for nothing. Spaces at the end wait for what comes behind them.
  mutating func take(_ segments: [Segment]) -> String? {
    heard += segments.map(\.text).joined()
    return finish(heard.trimmingWhitespace())
  }

  /// - Parameter text: of the whole transcript.
  /// - Returns: what is still to be sent.
  mutating func finish(_ text: String) -> String? {
    // By bytes: a letter may grow by what is said behind it.
    let (before, now) = (sent.utf8.count, text.utf8)
    guard now.count > before, now.starts(with: sent.utf8) else { return nil }
    let delta = String(decoding: now.dropFirst(before), as: UTF8.self)
    sent = text
    return delta
  }
}
