public import Domain
import Foundation
import GRDB

/// Somebody whom a rep met: a person, an account that may be new, and the first follow-up.
public struct NewLead: Sendable, Equatable {
  /// Made by the form, so that a form that is sent twice adds one lead.
  public let id: ID<Person>
  public let person: PersonFacts
  public let account: String
  public let service: String
  public let note: String
  public let due: Due

  public init(id: ID<Person>, person: PersonFacts, account: String, service: String, note: String, due: Due) {
    self.id = id
    self.person = person
    self.account = account
    self.service = service
    self.note = note
    self.due = due
  }
}

extension PeopleStore {
  /// Adds a lead with its first follow-up and the event, all or nothing. An account of the same owner with the same
  /// name, whatever its case, gets the person; else there is a new one.
  /// - Returns: the person with the account, and whether it is new: a form that was sent twice finds the first.
  @discardableResult
  public func add(_ lead: NewLead, ownerID: ID<Owner>) throws -> (card: PersonCard, isNew: Bool) {
    let now = connection.now
    return try connection.write { db in
      if let known = try Self.card(db, lead.id) { return (known, false) }
      let account = try Self.account(db, named: lead.account, ownerID) ?? Self.insertAccount(db, lead, ownerID, now)
      let person = Person(
        id: lead.id, ownerID: ownerID, accountID: account.id, facts: lead.person,
        createdAt: Date(unixMilliseconds: now))
      try person.insert(db, isImported: false, at: now)
      let followUp = FollowUp(
        id: .random(), ownerID: ownerID, personID: person.id, reason: lead.note, due: lead.due)
      try followUp.insert(db, importedFor: nil, at: now)
      try EventStore.append(
        db, at: now, kind: "lead.added", ownerID: ownerID, subjectID: person.id.rawValue,
        facts: ["account_id": account.id.rawValue, "follow_up_id": followUp.id.rawValue])
      return (PersonCard(person: person, account: account), true)
    }
  }

  private static func account(_ db: Database, named name: String, _ ownerID: ID<Owner>) throws -> Account? {
    try Row.fetchOne(
      db, sql: "SELECT * FROM accounts WHERE name = ? COLLATE NOCASE AND owner_id = ? LIMIT 1",
      arguments: [name, ownerID.rawValue]
    ).map { Account(row: $0) }
  }

  private static func insertAccount(
    _ db: Database, _ lead: NewLead, _ ownerID: ID<Owner>, _ now: Int64
  ) throws -> Account {
    let account = Account(
      id: .random(), ownerID: ownerID, customerID: "LEAD-" + RandomHex.make(bytes: 8),
      facts: AccountFacts(
        name: lead.account, service: lead.service, stage: "Lead", leadSource: "FieldOS", notes: lead.note,
        summary: lead.note),
      createdAt: Date(unixMilliseconds: now))
    try account.insert(db, imported: nil, at: now)
    return account
  }
}
