import Domain
import Storage

/// The note that a recording is spoken for.
extension FieldStore {
  /// Makes the note; one that is there stays as it is.
  func beginDraft(of recording: Recording) throws {
    let card = try recording.contactID.flatMap { try people.card($0) }
    let subject = card.map { DraftSubject(contactName: $0.person.name, account: $0.account.name) }
    _ = try drafts.begin(
      ownerID: recording.ownerID, contactID: card?.person.id, recordingID: recording.id,
      subject: subject ?? .unknown, id: recording.draftID)
  }

  /// Brings the clip to its note. Where that was deleted for good meanwhile, the clip has a note of its own.
  func attachDraft(of recording: Recording, clipID: ID<Clip>) throws {
    try drafts.attach(clipID: clipID, to: recording.draftID)
  }
}
