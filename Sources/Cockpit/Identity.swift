package import Domain

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

/// Who makes a request, as the session says.
package struct Identity: Sendable, Equatable {
  /// Whose rows are this person's own.
  package let ownerID: ID<Owner>
  /// As people call this person.
  package let name: String
  package let role: Role
  /// Whether this is somebody who signed in, not the one user of a machine.
  package let isSignedIn: Bool

  package init(ownerID: ID<Owner>, name: String, role: Role, isSignedIn: Bool) {
    self.ownerID = ownerID
    self.name = name
    self.role = role
    self.isSignedIn = isSignedIn
  }

  /// Whether this person may see a row of that owner.
  package func maySee(_ owner: ID<Owner>) -> Bool { owner == ownerID || role >= .manager }
}
