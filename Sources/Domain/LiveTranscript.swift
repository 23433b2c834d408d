import Foundation

/// What was heard of a recording while it was spoken: the preview that the final transcript takes the place of. Never made
/// up: where no engine heard anything, there is none.
public struct LiveTranscript: Sendable, Equatable {
  public enum State: String, Sendable, CaseIterable {
    /// Words may come.
    case live
    /// All that came was heard.
    case ended
    /// No live words any more, whatever comes; ``LiveTranscript/reason`` says why.
    case stopped
  }

  public let draftID: ID<Note>
  public let recordingID: ID<Recording>
  public let ownerID: ID<Owner>
  public var words: LiveWords
  public var state: State
  /// One line for people; nil unless it stopped.
  public var reason: String?
  /// How the engine did.
  public var figures: LiveFigures

  public init(
    draftID: ID<Note>, recordingID: ID<Recording>, ownerID: ID<Owner>, words: LiveWords = LiveWords(),
    state: State = .live, reason: String? = nil, figures: LiveFigures = LiveFigures()
  ) {
    self.draftID = draftID
    self.recordingID = recordingID
    self.ownerID = ownerID
    self.words = words
    self.state = state
    self.reason = reason
    self.figures = figures
  }
}

/// Committed words of a recording in their order, in phrases.
public struct LiveWords: Sendable, Equatable, Codable {
  public struct Phrase: Sendable, Equatable, Codable {
    /// Seconds from the start of the recording.
    public let start: Double
    public var end: Double
    /// Without blanks at its ends; "" for sound that was not heard live.
    public var text: String

    public init(start: Double, end: Double, text: String) {
      self.start = start
      self.end = end
      self.text = text
    }

    public var isGap: Bool { text.isEmpty }
    /// Its length in whole seconds, 1 or more.
    public var seconds: Int { Int(min(max(1, (end - start).rounded()), 1e9)) }
  }

  /// A pause of so many seconds begins a phrase.
  private static let pause = 1.0
  /// In the order of their starts.
  public private(set) var phrases: [Phrase] = []
  /// Sound before this second needs not be heard again.
  public private(set) var heardUntil = 0.0

  public init() {}

  /// The words, without what tells of gaps.
  public var text: String { phrases.map(\.text).filter { !$0.isEmpty }.joined(separator: " ") }

  /// Takes words that don't change any more.
  /// - Parameter text: with its blanks, as the engine says it.
  /// - Returns: the first phrase that is not what it was, the number of phrases where none is.
  @discardableResult
  public mutating func commit(_ text: String, from start: Double, to end: Double) -> Int {
    guard (0...end).contains(start), end.isFinite else { return phrases.count }
    let words = text.trimmingCharacters(in: .whitespacesAndNewlines)
    settle(until: end)
    guard !words.isEmpty else { return phrases.count }
    let place = phrases.lastIndex { $0.start <= start } ?? -1
    if place >= 0, !phrases[place].isGap, start - phrases[place].end < Self.pause {
      // Blanks belong to the words: what follows without one goes on with the last.
      let gap = text.first?.isWhitespace == true ? " " : ""
      phrases[place].text += gap + words
      phrases[place].end = max(phrases[place].end, end)
      return place
    }
    phrases.insert(Phrase(start: start, end: end, text: words), at: place + 1)
    return place + 1
  }

  /// Nothing more will be said of sound before a second.
  public mutating func settle(until second: Double) {
    if second.isFinite { heardUntil = max(heardUntil, second) }
  }

  /// Sound between two seconds was not heard live.
  /// - Returns: the first phrase that is not what it was, the number of phrases where none is.
  @discardableResult
  public mutating func skip(from start: Double, to end: Double) -> Int {
    guard (0..<end).contains(start), end.isFinite else { return phrases.count }
    settle(until: end)
    let place = phrases.lastIndex { $0.start <= start } ?? -1
    if place >= 0, phrases[place].isGap, start <= phrases[place].end {
      phrases[place].end = max(phrases[place].end, end)
      return place
    }
    phrases.insert(Phrase(start: start, end: end, text: ""), at: place + 1)
    return place + 1
  }
}

/// How live words did, for people who run the system.
public struct LiveFigures: Sendable, Equatable, Codable {
  /// Which engine and model heard; "" before one did.
  public var engine = ""
  public var model = ""
  /// Milliseconds from the onset of speech to the first text; nil before that.
  public var firstPartialMilliseconds: Double?
  /// Changes of what was shown.
  public var updates = 0
  /// How often live words broke off: deaths of the engine's process, and sound that was not heard.
  public var dropouts = 0
  /// Whether it ended as 'final transcript only'.
  public var finalOnly = false
  /// Seconds from a word's end to its commitment: the median.
  public var medianLag = 0.0
  /// Words that were shown and then replaced, for each committed one.
  public var revisionsPerWord = 0.0
  public var words = 0
  /// Seconds of sound that were heard.
  public var heard = 0.0
  /// Seconds that the engine worked.
  public var busy = 0.0

  enum CodingKeys: String, CodingKey {
    case engine, model, updates, dropouts, words, heard, busy
    case firstPartialMilliseconds = "first_partial_ms"
    case finalOnly = "final_only"
    case medianLag = "median_lag"
    case revisionsPerWord = "revisions_per_word"
  }

  public init() {}
}

/// What the latest live sessions did, and how many had to do without live words.
public struct StreamingFacts: Sendable, Equatable {
  /// Of the latest session that ended; nil where none did, or no text came.
  public let firstPartialMilliseconds: Double?
  public let updates: Int
  public let dropouts: Int
  /// Sessions that ended as 'final transcript only'.
  public let fallbacks: Int

  public init(firstPartialMilliseconds: Double?, updates: Int, dropouts: Int, fallbacks: Int) {
    self.firstPartialMilliseconds = firstPartialMilliseconds
    self.updates = updates
    self.dropouts = dropouts
    self.fallbacks = fallbacks
  }

  /// Nobody has spoken yet.
  public static let none = StreamingFacts(firstPartialMilliseconds: nil, updates: 0, dropouts: 0, fallbacks: 0)
}
