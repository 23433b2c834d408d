import Domain
import Foundation
import Storage

/// Whom and what a recording belongs to.
extension CockpitServices {
  /// The note of a clip, with the account that it is about ("" where that is not known).
  func note(of clip: Clip) throws -> (id: String, account: String)? {
    try store.drafts.find(clipID: clip.id).map { ($0.id.rawValue, $0.subject.account) }
  }

  /// The note of a clip that was taken in just now, about a contact where one was chosen.
  func note(for clip: Clip, contact: String?, _ identity: Identity) throws -> String? {
    guard let note = try note(of: clip)?.id else { return nil }
    if let card = try card(contact, identity) {
      let subject = DraftSubject(contactName: card.person.name, account: card.account.name)
      try store.drafts.assign(ID(note), contactID: card.person.id, subject: subject)
    }
    return note
  }

  /// A contact with the account, nil where it is not known or may not be seen.
  func card(_ contact: String?, _ identity: Identity) throws -> PersonCard? {
    guard let contact, let card = try store.people.card(ID(contact)) else { return nil }
    return identity.maySee(card.person.ownerID) ? card : nil
  }
}
