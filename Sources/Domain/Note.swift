public import Foundation

/// A note that a rep saved, about one clip unless it was imported. Its words are in its versions.
public struct Note: Sendable, Equatable, Identifiable {
  public let id: ID<Note>
  /// nil for a note that was imported: its recording, if there was one, is unknown.
  public let clipID: ID<Clip>?
  public let ownerID: ID<Owner>
  public let createdAt: Date

  public init(id: ID<Note>, clipID: ID<Clip>?, ownerID: ID<Owner>, createdAt: Date) {
    self.id = id
    self.clipID = clipID
    self.ownerID = ownerID
    self.createdAt = createdAt
  }
}

/// The words of a note as they were at one save.
public struct NoteVersion: Sendable, Equatable {
  public let noteID: ID<Note>
  /// From 1, without gaps.
  public let number: Int
  public let text: String
  public let createdAt: Date

  public init(noteID: ID<Note>, number: Int, text: String, createdAt: Date) {
    self.noteID = noteID
    self.number = number
    self.text = text
    self.createdAt = createdAt
  }
}
