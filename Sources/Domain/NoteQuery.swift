public import Foundation

/// What a list of notes is to show.
public struct NoteQuery: Sendable, Equatable {
  public enum Order: String, Sendable, CaseIterable {
    case newest
    /// The notes that the words fit best first; only where there are words.
    case best
  }

  /// What to look for, as a person typed it; "" for everything. Each word may be the beginning of one.
  public var words = ""
  /// Whose notes; nil for everybody's.
  public var ownerID: ID<Owner>?
  /// Only notes about this account; nil for all.
  public var account: String?
  /// Only notes from this moment on.
  public var from: Date?
  /// Only notes before this moment.
  public var until: Date?
  public var order = Order.newest
  /// Only notes after this one in a list that is in order of time: its ``Draft/seq``.
  public var after: Int64?
  /// How many of the best to leave out, 0...200.
  public var skip = 0
  /// At most so many, 1...100. Default 20.
  public var limit = 20

  public init(ownerID: ID<Owner>?) {
    self.ownerID = ownerID
  }
}

/// A note in a list, and why it is there.
public struct NoteHit: Sendable, Equatable {
  public let facts: NoteFacts
  /// Words around what was found, or the note's first words.
  public let excerpt: [TextPiece]

  public init(facts: NoteFacts, excerpt: [TextPiece]) {
    self.facts = facts
    self.excerpt = excerpt
  }
}

/// A stretch of text that either was looked for or stands around it.
public struct TextPiece: Sendable, Equatable {
  public let text: String
  public let isHit: Bool

  public init(text: String, isHit: Bool) {
    self.text = text
    self.isHit = isHit
  }
}
