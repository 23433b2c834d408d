public import Foundation

/// A note while it is written: there from the first second of a recording, whether or not it is ever sent. Saving it for
/// the CRM makes the note of the same identifier.
public struct Draft: Sendable, Equatable, Identifiable {
  public let id: ID<Note>
  public let ownerID: ID<Owner>
  /// Rises with the time of creation and is never used twice: the order of lists, and their cursor.
  public let seq: Int64
  public let contactID: ID<Person>?
  /// Whom and what it is about, as lists show and the search finds it; "" where it is not known.
  public let subject: DraftSubject
  /// What is being recorded for it, nil where nothing is.
  public let recordingID: ID<Recording>?
  /// nil until its recording is whole.
  public let clipID: ID<Clip>?
  public let text: String
  /// Number of the version that has ``text``; 0 before the first word.
  public let version: Int
  public let createdAt: Date
  public let updatedAt: Date
  /// When the words of its recording were put in, nil before.
  public let heardAt: Date?
  /// When it was deleted; nil unless it was. It can be brought back for a day.
  public let deletedAt: Date?

  public init(
    id: ID<Note>, ownerID: ID<Owner>, seq: Int64, contactID: ID<Person>?, subject: DraftSubject,
    recordingID: ID<Recording>?, clipID: ID<Clip>?, text: String, version: Int, createdAt: Date, updatedAt: Date,
    heardAt: Date?, deletedAt: Date?
  ) {
    self.id = id
    self.ownerID = ownerID
    self.seq = seq
    self.contactID = contactID
    self.subject = subject
    self.recordingID = recordingID
    self.clipID = clipID
    self.text = text
    self.version = version
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.heardAt = heardAt
    self.deletedAt = deletedAt
  }

  /// How long a deleted draft can be brought back, in seconds.
  public static let undoSeconds = 86_400.0
}

/// Whom a note is about: names, for people to read.
public struct DraftSubject: Sendable, Equatable {
  public let contactName: String
  public let account: String

  public init(contactName: String, account: String) {
    self.contactName = contactName
    self.account = account
  }

  /// Nobody is known.
  public static let unknown = DraftSubject(contactName: "", account: "")
}

/// How words came into a draft.
public enum DraftOrigin: String, Sendable, CaseIterable {
  /// A person typed them.
  case typed
  /// A helper beside the note put them in.
  case inserted
  /// The polish service wrote them.
  case polish
  /// They were heard in the recording.
  case transcript
  /// A person typed them over words that somebody else had changed meanwhile. They are kept and not current.
  case conflict
}

/// The words of a draft as they were.
public struct DraftVersion: Sendable, Equatable {
  /// From 1 in each draft.
  public let number: Int
  public let text: String
  public let createdAt: Date
  public let origin: DraftOrigin
  /// The page that wrote it, "" where none did: what one page types in one go is one version.
  public let editor: String

  public init(number: Int, text: String, createdAt: Date, origin: DraftOrigin, editor: String) {
    self.number = number
    self.text = text
    self.createdAt = createdAt
    self.origin = origin
    self.editor = editor
  }
}
