import Domain
import Storage

/// The note that a recording is spoken for.
extension FieldStore {
  /// Makes the note; one that is there stays as it is.
  func beginDraft(of recording: Recording) throws {}

  /// Brings the clip to its note; one that it was brought to stays.
  func attachDraft(of recording: Recording, clipID: ID<Clip>) throws {}
}
