public import Foundation

/// A note that another system saved and never delivered. It has no recording here.
public struct ImportedNote: Sendable, Equatable {
  /// SHA-256 of what makes it this note, 64 lower-case hex digits: the guard against importing it twice.
  public let fingerprint: String
  public let text: String
  public let payload: CRMPayload
  /// When the other system saved it.
  public let savedAt: Date

  public init(fingerprint: String, text: String, payload: CRMPayload, savedAt: Date) {
    self.fingerprint = fingerprint
    self.text = text
    self.payload = payload
    self.savedAt = savedAt
  }
}
