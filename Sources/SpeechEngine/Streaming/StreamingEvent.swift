/// What a listener learns while somebody speaks. Times are seconds from the first sample that was fed.
public enum StreamingEvent: Sendable, Equatable {
  /// The utterance as it stands: what of it is committed, and what the last pass thinks comes next. Each replaces the one
  /// before it. Texts keep their leading space.
  case partial(committed: String, tentative: String)
  /// Words that will not change any more, in their order.
  case committed([Word])
  /// An utterance is over and all its words are committed; the time is that of its last sound.
  case endpoint(at: Double)
  /// Sound that seemed to be speech and gave no words.
  case skipped(SkippedSpan)
  /// How the session does; after each utterance, in silence now and then, and last of all when the session has ended.
  case stats(StreamingStats)
}

/// How well a session keeps up with its speaker.
public struct StreamingStats: Sendable, Equatable, Codable {
  /// Seconds of sound that were fed.
  public var heard = 0.0
  /// Milliseconds from the onset of the first utterance to the first text of it; nil before that.
  public var firstPartial: Double?
  /// Seconds up to which nothing more will be said: words there are committed, or there are none.
  public var settled = 0.0
  /// Changes of what is shown.
  public var updates = 0
  /// Words that were shown and then replaced, for each committed one.
  public var revisionsPerWord = 0.0
  /// Words that were committed.
  public var words = 0
  /// Seconds from a word's end to its commitment: the median of the last 1,000 words, and the largest of all.
  public var medianLag = 0.0
  public var largestLag = 0.0
  /// Passes over sound, and the seconds that they took.
  public var passes = 0
  public var busy = 0.0
  /// Passes that were left out because earlier ones took too long.
  public var shed = 0

  enum CodingKeys: String, CodingKey {
    case heard, settled, updates, words, passes, busy, shed
    case firstPartial = "first_partial_ms"
    case revisionsPerWord = "revisions_per_word"
    case medianLag = "median_lag"
    case largestLag = "largest_lag"
  }

  public init() {}
}
