public import Foundation

/// A person who may use the cockpit. The identifier is the owner of the person's rows.
public struct User: Sendable, Equatable, Identifiable {
  public let id: ID<Owner>
  /// As people call this person, and as they sign in; upper and lower case are one.
  public let name: String
  public let role: Role
  /// Whether a password is set: without one, only the link that is printed at start opens the cockpit.
  public let hasPassword: Bool
  public let createdAt: Date
  /// Since when this person may not sign in, nil for who may.
  public let disabledAt: Date?

  public init(id: ID<Owner>, name: String, role: Role, hasPassword: Bool, createdAt: Date, disabledAt: Date?) {
    self.id = id
    self.name = name
    self.role = role
    self.hasPassword = hasPassword
    self.createdAt = createdAt
    self.disabledAt = disabledAt
  }

  /// Longest name in characters.
  public static let longestName = 64

  /// A name as it is kept: composed, without white space around it or control characters; nil where nothing is left
  /// or it is too long.
  public static func tidy(_ name: String) -> String? {
    let text = name.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
    let isPlain = text.unicodeScalars.allSatisfy {
      ![.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
    }
    return text.isEmpty || text.count > longestName || text.utf8.count > 4 * longestName || !isPlain ? nil : text
  }

  /// What makes two names the same.
  public static func key(_ name: String) -> String {
    name.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
  }
}

/// One browser in which a person is signed in.
public struct Session: Sendable, Equatable, Identifiable {
  public let id: ID<Session>
  public let ownerID: ID<Owner>
  /// Secret from which this session's form tokens are made; never leaves the server.
  public let secret: Data
  public let createdAt: Date
  public let lastSeenAt: Date
  /// The end, however busy the session is.
  public let expiresAt: Date
  /// The browser in a few words, as it said itself.
  public let agent: String
  public let address: String

  public init(
    id: ID<Session>, ownerID: ID<Owner>, secret: Data, createdAt: Date, lastSeenAt: Date, expiresAt: Date,
    agent: String, address: String
  ) {
    self.id = id
    self.ownerID = ownerID
    self.secret = secret
    self.createdAt = createdAt
    self.lastSeenAt = lastSeenAt
    self.expiresAt = expiresAt
    self.agent = agent
    self.address = address
  }
}

/// How long sessions live. All in seconds.
public struct SessionPolicy: Sendable {
  /// A session that nobody used for so long is over; default 7 days.
  public var idle: Double = 7 * 86_400
  /// A session is over after so long in any case; default 30 days.
  public var longest: Double = 30 * 86_400
  /// A token is replaced when it is older; default 12 hours.
  public var renewAfter: Double = 12 * 3_600
  /// A replaced token still works so long after its successor was first used, for requests that were under way;
  /// default 60.
  public var grace: Double = 60
  /// Use is written down this often; default 60.
  public var noteEvery: Double = 60

  public init() {}
}

/// One line of who did what, or was refused what.
public struct AuditLine: Sendable, Equatable {
  public enum Outcome: String, Sendable {
    case done, refused
  }

  public let at: Date
  /// Who did it, nil for who was not signed in.
  public let ownerID: ID<Owner>?
  /// `<subject>.<what>`, such as `session.began` or `request.cross-origin`.
  public let action: String
  /// What it was done to: a user, a path. Never a password, never the words of a note.
  public let subject: String
  public let address: String
  public let outcome: Outcome
  /// How many alike this line stands for.
  public let count: Int

  public init(
    at: Date, ownerID: ID<Owner>?, action: String, subject: String, address: String, outcome: Outcome, count: Int = 1
  ) {
    self.at = at
    self.ownerID = ownerID
    self.action = action
    self.subject = subject
    self.address = address
    self.outcome = outcome
    self.count = count
  }
}
