public import Foundation

/// A recording of a day and how far it has come: on the server, in words, in the CRM.
public struct SpokenClip: Sendable, Equatable {
  /// nil for a note that came without a recording.
  public let clipID: ID<Clip>?
  /// nil until a note was saved.
  public let noteID: ID<Note>?
  /// Whom it is about, as the note says it; nil until there is one.
  public let account: String?
  /// When it was taken in, or saved.
  public let at: Date
  public let hasWords: Bool
  /// Whether the words were given up.
  public let wordsFailed: Bool
  /// nil until a note was saved.
  public let delivery: DeliveryStatus?

  public init(
    clipID: ID<Clip>?, noteID: ID<Note>?, account: String?, at: Date, hasWords: Bool, wordsFailed: Bool,
    delivery: DeliveryStatus?
  ) {
    self.clipID = clipID
    self.noteID = noteID
    self.account = account
    self.at = at
    self.hasWords = hasWords
    self.wordsFailed = wordsFailed
    self.delivery = delivery
  }
}
