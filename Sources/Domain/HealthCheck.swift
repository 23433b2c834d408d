/// One thing that has to be right for FieldOS to work, and how to find out.
public struct HealthCheck: Sendable {
  /// What is checked, in a few words.
  public let name: String
  /// Looks, and says what it found.
  public let run: @Sendable () async -> HealthVerdict

  public init(name: String, run: @escaping @Sendable () async -> HealthVerdict) {
    self.name = name
    self.run = run
  }
}

/// What a check found.
public struct HealthVerdict: Sendable, Equatable {
  /// How bad it is.
  public enum Level: String, Sendable {
    case ok, warning, failure
  }

  public let level: Level
  /// What was found.
  public let detail: String
  /// What to do about it, where something is to be done.
  public let remedy: String?

  public init(_ level: Level, detail: String, remedy: String? = nil) {
    self.level = level
    self.detail = detail
    self.remedy = remedy
  }
}
