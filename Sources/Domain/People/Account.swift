public import Foundation

/// A customer: the firm, association or household that work is done for.
public struct Account: Sendable, Equatable, Identifiable {
  public let id: ID<Account>
  public let ownerID: ID<Owner>
  /// What the CRM calls it; for a lead that the CRM doesn't know yet, a name of our own that starts with `LEAD-`.
  public let customerID: String
  public var facts: AccountFacts
  public let createdAt: Date

  public init(id: ID<Account>, ownerID: ID<Owner>, customerID: String, facts: AccountFacts, createdAt: Date) {
    self.id = id
    self.ownerID = ownerID
    self.customerID = customerID
    self.facts = facts
    self.createdAt = createdAt
  }

  public var name: String { facts.name }
}
