/// One turn of a conversation with an OpenAI-compatible endpoint.
public struct ChatMessage: Sendable, Equatable, Codable {
  public enum Role: String, Sendable, Codable {
    case system, user, assistant
  }

  public let role: Role
  public let content: String

  public init(_ role: Role, _ content: String) {
    self.role = role
    self.content = content
  }
}
