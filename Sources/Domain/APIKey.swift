public import Foundation

/// What a program's key allows.
public enum APIScope: String, Sendable, CaseIterable, Codable {
  case transcribe, translate
  /// Asking which models there are.
  case models
  /// Going before others: `x-priority: high`.
  case priority

  /// What a key allows where nobody says otherwise.
  public static let usual: Set<APIScope> = [.transcribe, .translate, .models]
}

/// A key with which a program asks the transcription server. The key itself is shown once and kept nowhere.
public struct APIKey: Sendable, Equatable {
  public let id: ID<APIKey>
  /// What people call it.
  public let name: String
  /// How the key begins, to tell it from others.
  public let hint: String
  public let scopes: Set<APIScope>
  public let createdAt: Date
  /// To the minute; nil: never.
  public let lastUsedAt: Date?
  public let revokedAt: Date?

  public init(
    id: ID<APIKey>, name: String, hint: String, scopes: Set<APIScope>, createdAt: Date, lastUsedAt: Date? = nil,
    revokedAt: Date? = nil
  ) {
    self.id = id
    self.name = name
    self.hint = hint
    self.scopes = scopes
    self.createdAt = createdAt
    self.lastUsedAt = lastUsedAt
    self.revokedAt = revokedAt
  }
}
