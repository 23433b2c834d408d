public import Domain
import Foundation
import GRDB

extension EraseStore {
  /// How an admin says whom to erase.
  public enum Question: Sendable, Equatable {
    case contact(ID<Person>)
    case email(String)
    case name(String)
  }

  /// Who is meant, at most 20. Somebody whom notes name and who is no contact is one without an identifier.
  public func who(_ question: Question) throws -> [ErasePlan.Subject] {
    try connection.read { db in
      let known = try Self.known(db, question).map { try Self.subject(db, $0) }
      if !known.isEmpty { return known }
      return try Self.named(db, question).map { [$0] } ?? []
    }
  }

  /// Everything that is kept about a person. Writes nothing.
  /// - Returns: nil where the contact is gone meanwhile.
  public func plan(_ subject: ErasePlan.Subject) throws -> ErasePlan? {
    let now = connection.now
    return try connection.read { db in
      var subject = subject
      if let id = subject.id {
        guard let card = try PeopleStore.card(db, id) else { return nil }
        subject = try Self.subject(db, card)
      }
      return try EraseSearch(db, subject, now: now).plan
    }
  }

  private static func known(_ db: Database, _ question: Question) throws -> [PersonCard] {
    let (condition, value) =
      switch question {
      case .contact(let id): ("people.id = ?", id.rawValue)
      case .email(let email): ("lower(people.email) = ? AND people.email <> ''", PersonMatch.fold(email))
      case .name(let name): ("people.name = ? COLLATE NOCASE", name.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT \(PersonCard.columns) FROM \(PersonCard.join) WHERE \(condition) ORDER BY people.number LIMIT 20
        """,
      arguments: [value]
    ).map(PersonCard.init(row:))
  }

  static func subject(_ db: Database, _ card: PersonCard) throws -> ErasePlan.Subject {
    let others = try Int.fetchOne(
      db, sql: "SELECT COUNT(*) FROM people WHERE account_id = ? AND id <> ?",
      arguments: [card.account.id.rawValue, card.person.id.rawValue])
    return ErasePlan.Subject(
      id: card.person.id, facts: card.person.facts, formerly: try formerly(db, card),
      account: ErasePlan.Place(
        id: card.account.id, customerID: card.account.customerID, name: card.account.name,
        street: card.account.facts.street, goes: others == 0))
  }

  /// What the table of customers said of its own contact.
  private static func formerly(_ db: Database, _ card: PersonCard) throws -> PersonFacts? {
    let text = try String.fetchOne(
      db,
      sql: """
        SELECT accounts.imported FROM people JOIN accounts ON accounts.id = people.account_id
        WHERE people.id = ? AND people.is_imported = 1 AND accounts.imported IS NOT NULL
        """,
      arguments: [card.person.id.rawValue])
    guard let text, let row = try? JSONDecoder().decode(CustomerRow.self, from: Data(text.utf8)) else { return nil }
    return row.person.name.isEmpty || row.person == card.person.facts ? nil : row.person
  }

  /// Somebody of whom only notes tell.
  private static func named(_ db: Database, _ question: Question) throws -> ErasePlan.Subject? {
    let facts: PersonFacts
    switch question {
    case .contact: return nil
    case .email(let email): facts = PersonFacts(name: "", email: email)
    case .name(let name): facts = PersonFacts(name: name)
    }
    var subject = ErasePlan.Subject(facts: facts)
    let match = PersonMatch(subject, others: [])
    let rows = try Row.fetchCursor(db, sql: EraseSearch.contacts)
    while let row = try rows.next() {
      let contact = EraseSearch.Contact(row: row)
      guard match.isMine(name: contact.name, email: contact.email) else { continue }
      if subject.facts.name.isEmpty { subject.facts.name = contact.name }
      if subject.facts.email.isEmpty { subject.facts.email = contact.email }
      if subject.facts.phone.isEmpty { subject.facts.phone = contact.phone }
      return subject
    }
    return nil
  }
}
