public import Foundation

/// A note of a day and how far it has come: on the server, in words, in the CRM.
public struct SpokenClip: Sendable, Equatable {
  public let noteID: ID<Note>
  /// Whom it is about: the account, else the person; "" where it is not known.
  public let about: String
  /// When it was begun.
  public let at: Date
  /// Whether it is still being spoken, or some of it is on its way from the phone.
  public let isComing: Bool
  /// Whether there is a recording that is whole.
  public let hasSound: Bool
  public let hasWords: Bool
  /// Whether the words were given up.
  public let wordsFailed: Bool
  /// nil until it was saved for the CRM.
  public let delivery: DeliveryStatus?

  public init(
    noteID: ID<Note>, about: String, at: Date, isComing: Bool, hasSound: Bool, hasWords: Bool, wordsFailed: Bool,
    delivery: DeliveryStatus?
  ) {
    self.noteID = noteID
    self.about = about
    self.at = at
    self.isComing = isComing
    self.hasSound = hasSound
    self.hasWords = hasWords
    self.wordsFailed = wordsFailed
    self.delivery = delivery
  }
}
