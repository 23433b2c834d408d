import Domain
import Foundation
import Storage

/// Whom and what a recording belongs to.
extension CockpitServices {
  /// The note of a clip, with the account that it is about ("" where that is not known).
  func note(of clip: Clip) throws -> (id: String, account: String)? {
    try store.notes.find(clip.id).map { ($0.id.rawValue, "") }
  }

  /// The note of a clip that was taken in just now, about a contact where one was chosen.
  func note(for clip: Clip, contact: String?) throws -> String? {
    try note(of: clip)?.id
  }

  /// Whom a recording is for: name and account, nil where the contact is not known or may not be seen.
  func contactLine(_ id: String?, _ identity: Identity) throws -> (id: String, name: String, account: String)? {
    nil
  }
}
