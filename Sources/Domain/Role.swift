/// What a signed-in person may do. Each may do what those before may.
public enum Role: String, Sendable, Codable, Comparable, CaseIterable {
  /// Own notes, contacts and outbox.
  case rep
  /// Everybody's notes; retry, pause, dead letter, report.
  case manager
  /// Users, settings, keys, erase.
  case admin

  public static func < (one: Role, other: Role) -> Bool { one.rank < other.rank }

  private var rank: Int {
    switch self {
    case .rep: 0
    case .manager: 1
    case .admin: 2
    }
  }
}
