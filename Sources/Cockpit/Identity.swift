package import Domain

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
