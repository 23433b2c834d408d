import Domain
import Foundation
import Notes
import Storage

/// Whom a note is about, as the helpers and the CRM need it.
struct NoteContact: Sendable {
  /// nil where nobody was chosen.
  let contact: Contact?
  /// What the CRM knows, against which next steps are told.
  let deal: DealFacts

  var service: String { contact?.service ?? "" }
  var account: String { contact?.account ?? "" }

  static func find(_ draft: Draft, in store: FieldStore) throws -> NoteContact {
    if let id = draft.contactID, let card = try store.people.card(id) {
      let facts = card.account.facts
      let followUp = try store.followUps.all(id, limit: 20).map(\.followUp).filter { $0.doneAt == nil }
        .min { $0.due.at < $1.due.at }
      let deal = DealFacts(
        stages: stages(with: facts.stage), stage: facts.stage.isEmpty ? nil : facts.stage,
        value: facts.value.flatMap(cents), knownNames: names(card.person.name, card.account.name),
        followUp: followUp.map { StepDay($0.due.at, in: .autoupdatingCurrent) })
      return NoteContact(contact: card.person.crmContact(card.account), deal: deal)
    }
    // What was imported, or saved before people were known, has its contact in what was sent.
    if let entry = try store.notes.latestEntry(draft.id),
      let payload = try? JSONDecoder().decode(CRMPayload.self, from: entry.payload)
    {
      let contact = payload.contact
      return NoteContact(contact: contact, deal: DealFacts(knownNames: names(contact.name, contact.account)))
    }
    if draft.subject == .unknown { return NoteContact(contact: nil, deal: DealFacts()) }
    let (name, account) = (draft.subject.contactName, draft.subject.account)
    let contact = Contact(
      name: name, phone: "", email: "", account: account, service: "", customerID: "", customerType: "",
      accountAddress: "", assignedRep: "", region: "", leadSource: "")
    return NoteContact(contact: contact, deal: DealFacts(knownNames: names(name, account)))
  }

  /// The sample CRM's stages, and the contact's own where it is another.
  private static func stages(with own: String) -> [String] {
    let known = DealFacts.defaultStages
    return own.isEmpty || known.contains(own) ? known : known + [own]
  }

  private static func names(_ names: String...) -> [String] { names.filter { !$0.isEmpty } }

  private static func cents(_ value: Double) -> Int? {
    value.isFinite && (0...1_000_000_000).contains(value) ? Int((value * 100).rounded()) : nil
  }
}
