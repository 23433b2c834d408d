import Domain
import Foundation
import Hummingbird
import Storage

/// /notes/{id}/contact: says whom a note is about.
struct NoteContactController {
  let services: CockpitServices
  /// Most people of a search.
  private static let most = 30

  func add(to routes: RouterGroup<CockpitContext>) {
    let note = routes.group("notes/:id")
    note.get("contact", use: choose)
    note.post("contact", use: assign)
  }

  @Sendable private func choose(_ request: Request, context: CockpitContext) async throws -> Response {
    let (facts, identity) = try services.visibleNote(context)
    let words = request.uri.queryParameters["q"].map { String($0.prefix(80)) } ?? ""
    let owner = identity.role >= .manager ? nil : identity.ownerID
    let found = try services.store.people.search(words, ownerID: owner, limit: Self.most)
    let view = NoteContactPage(
      frame: try services.frame("Choose a contact", .notes, request, context), id: facts.draft.id.rawValue,
      path: "/notes/\(facts.draft.id)/contact", words: words,
      people: found.map { card in
        NoteContactPage.Row(
          id: card.person.id.rawValue, name: card.person.name, account: card.account.name,
          isChosen: card.person.id == facts.draft.contactID)
      },
      none: found.isEmpty ? (words.isEmpty ? "No contacts yet." : "Nobody matches “\(words)”.") : nil)
    return try services.templates.page("contact", view)
  }

  private struct ContactForm: Decodable { let contact: String }

  @Sendable private func assign(_ request: Request, context: CockpitContext) async throws -> Response {
    let (facts, identity) = try services.visibleNote(context)
    let form = try await FormBody.decode(ContactForm.self, from: request)
    guard let card = try services.store.people.card(ID(rawValue: form.contact)) else {
      throw HTTPError(.notFound, message: "This contact is not here any more.")
    }
    guard identity.maySee(card.person.ownerID) else { throw HTTPError(.forbidden) }
    let subject = DraftSubject(contactName: card.person.name, account: card.account.name)
    try services.store.drafts.assign(facts.draft.id, contactID: card.person.id, subject: subject)
    return request.wantsJSON
      ? try .json(["toast": "This note is about \(card.person.name)."]) : .back(to: "/notes/\(facts.draft.id)")
  }
}

/// Whom a note is about, to be chosen.
struct NoteContactPage: Sendable {
  struct Row: Sendable {
    let id: String
    let name: String
    let account: String
    let isChosen: Bool
  }

  let frame: PageFrame
  let id: String
  /// Where its forms go.
  let path: String
  let words: String
  let people: [Row]
  let none: String?
}
