/// One customer of a table: the account, whom to talk to, and when to get in touch.
public struct CustomerRow: Sendable, Equatable, Codable {
  /// The key: the same customer at every import.
  public let customerID: String
  public let account: AccountFacts
  public let person: PersonFacts
  /// When to get in touch, as the table writes it; empty where it says nothing.
  public let followUpOn: String
  /// The same, as a time; nil where it says nothing or can't be read.
  public let due: Due?

  public init(customerID: String, account: AccountFacts, person: PersonFacts, followUpOn: String, due: Due?) {
    self.customerID = customerID
    self.account = account
    self.person = person
    self.followUpOn = followUpOn
    self.due = due
  }
}

/// What became of the rows of a table of customers.
public struct CustomerTally: Sendable, Equatable, Codable {
  /// Rows under the header, blank lines aside.
  public var found = 0
  public var added = 0
  public var changed = 0
  public var unchanged = 0
  /// Rows without a name or a key; they are left out.
  public var junk = 0
  /// Rows that tell of a delivered note and not of a customer; they are left out.
  public var deliveries = 0
  /// Follow-ups that are new.
  public var followUps = 0
  /// Rows of people who were erased here; they are left out.
  public var erased = 0

  public init() {}

  enum CodingKeys: String, CodingKey {
    case found, added, changed, unchanged, junk, deliveries, erased
    case followUps = "follow_ups"
  }
}
