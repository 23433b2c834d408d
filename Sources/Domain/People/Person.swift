public import Foundation

/// How a person is called and reached. Empty text stands for what is not known.
public struct PersonFacts: Sendable, Equatable, Codable {
  public var name: String
  /// What they do there, such as `board treasurer`.
  public var title: String
  public var phone: String
  public var email: String

  public init(name: String, title: String = "", phone: String = "", email: String = "") {
    self.name = name
    self.title = title
    self.phone = phone
    self.email = email
  }

  /// These facts with what a source has changed since it was last read; what people changed here stays theirs.
  public func merging(_ new: PersonFacts, since old: PersonFacts) -> PersonFacts {
    var merged = self
    if new.name != old.name, name == old.name { merged.name = new.name }
    if new.title != old.title, title == old.title { merged.title = new.title }
    if new.phone != old.phone, phone == old.phone { merged.phone = new.phone }
    if new.email != old.email, email == old.email { merged.email = new.email }
    return merged
  }
}

/// A person whom a rep visits and calls, at one account.
public struct Person: Sendable, Equatable, Identifiable {
  public let id: ID<Person>
  public let ownerID: ID<Owner>
  public let accountID: ID<Account>
  public var facts: PersonFacts
  public let createdAt: Date

  public init(id: ID<Person>, ownerID: ID<Owner>, accountID: ID<Account>, facts: PersonFacts, createdAt: Date) {
    self.id = id
    self.ownerID = ownerID
    self.accountID = accountID
    self.facts = facts
    self.createdAt = createdAt
  }

  public var name: String { facts.name }

  /// What the CRM receives of this person with a note.
  public func crmContact(_ account: Account) -> Contact {
    Contact(
      name: facts.name, phone: facts.phone, email: facts.email, account: account.name, service: account.facts.service,
      customerID: account.customerID, customerType: account.facts.type, accountAddress: account.facts.address,
      assignedRep: account.facts.assignedRep, region: account.facts.region, leadSource: account.facts.leadSource)
  }
}

/// A person with the account that they belong to.
public struct PersonCard: Sendable, Equatable {
  public let person: Person
  public let account: Account

  public init(person: Person, account: Account) {
    self.person = person
    self.account = account
  }
}
