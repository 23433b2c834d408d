import Domain
import Storage

/// What stands beside a note's words: next steps, cues, quote, account, CRM, and the bar that sends.
struct NoteSides: Sendable {
  /// - Parameter transcript: the current one, nil before there is any.
  static func make(
    for facts: NoteFacts, transcript: Transcript?, services: CockpitServices, identity: Identity
  ) throws -> NoteSides {
    NoteSides()
  }
}
