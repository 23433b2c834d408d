public import Foundation
public import SpeechEngine

/// What a stream worker says: one line of JSON each.
public struct StreamMessage: Sendable, Codable, Equatable {
  public enum Kind: String, Sendable, Codable {
    /// The engine can hear; `engine` and `model` are set.
    case ready
    /// Once a second; `stuck` is set.
    case heartbeat
    /// `committed` and `tentative` are set: the utterance as it stands.
    case partial
    /// `words` is set: these don't change any more.
    case committed
    /// `at` is set: an utterance is over.
    case endpoint
    /// `stats` is set.
    case stats
    /// The session is over; nothing of it follows.
    case ended
    /// `message` is set: why the session, or without one the engine, can't hear.
    case error
  }

  /// Longest line, in bytes.
  public static let mostBytes = 1 << 18

  public var type: Kind
  public var session: UInt32?
  public var committed: String?
  public var tentative: String?
  public var words: [Word]?
  /// Seconds from the session's first sample.
  public var at: Double?
  public var stats: StreamingStats?
  public var engine: String?
  public var model: String?
  public var message: String?
  /// Seconds for which sound has waited and nothing was heard.
  public var stuck: Double?

  public init(_ type: Kind, session: UInt32? = nil) {
    self.type = type
    self.session = session
  }

  /// What an engine's event is to the parent; nil for what it need not know.
  public init?(_ event: StreamingEvent, session: UInt32) {
    switch event {
    case .partial(let committed, let tentative):
      self.init(.partial, session: session)
      (self.committed, self.tentative) = (committed, tentative)
    case .committed(let words):
      self.init(.committed, session: session)
      self.words = words
    case .endpoint(let at):
      self.init(.endpoint, session: session)
      self.at = at
    case .stats(let stats):
      self.init(.stats, session: session)
      self.stats = stats
    case .skipped: return nil
    }
  }

  /// Whether all figures of a session are some.
  var isFinite: Bool {
    let times = (words ?? []).flatMap { [$0.start, $0.end, $0.probability] }
    let measures = stats.map { stats in
      [stats.heard, stats.revisionsPerWord, stats.medianLag, stats.largestLag, stats.busy, stats.settled]
    }
    return (times + (measures ?? []) + [at ?? 0, stats?.firstPartial ?? 0]).allSatisfy(\.isFinite)
  }

  /// The line, with its newline.
  public var line: Data { (try? JSONLine.encode(self)) ?? Data("{\"type\":\"heartbeat\"}\n".utf8) }

  /// - Throws: `DecodingError` where the line is no message.
  public init(line: some DataProtocol) throws {
    self = try JSONLine.decode(Self.self, from: line)
  }
}
