public import SpeechEngine

/// What the listener of a session learns. Times are seconds from the session's first sample.
public enum StreamUpdate: Sendable, Equatable {
  /// Words that don't change any more.
  case committed([Word])
  /// What may come next; replaces what was said before.
  case tentative(String)
  /// How the session does so far; now and then.
  case stats(StreamingStats)
  /// The engine died and is started again; what was said meanwhile is heard then.
  case interrupted
  /// Another process hears.
  case resumed
  /// Sound that no process heard: it was too long ago when one could.
  case missed(from: Double, to: Double)
  /// No live words any more: only the final transcript comes. `reason` is one line for people.
  case finalOnly(reason: String)
  /// The session is over, all its words are committed.
  case ended(StreamingStats)
}
