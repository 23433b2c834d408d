import Domain
import Foundation
import Hummingbird
import Storage

/// GET /leads/new, a form; POST /leads, which adds the person, the account and a first follow-up for tomorrow.
struct LeadController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("leads/new", use: form)
    routes.post("leads", use: add)
  }

  @Sendable private func form(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.signedIn()
    return try page(LeadForm.empty, [], .ok, request, context)
  }

  private struct Answer: Encodable {
    let id: String
    let message: String
  }

  @Sendable private func add(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let form = try await FormBody.decode(LeadForm.self, from: request).trimmed
    let errors = form.errors
    guard errors.isEmpty else {
      if request.wantsJSON {
        throw HTTPError(.unprocessableContent, message: errors.map(\.text).joined(separator: " "))
      }
      return try page(form, errors, .unprocessableContent, request, context)
    }
    let words = DayWords(now: services.clock.now())
    let due = Due(at: words.morning(days: 1, hour: 8), isAllDay: false)
    let (card, _) = try services.store.people.add(form.lead(due), ownerID: identity.ownerID)
    guard identity.maySee(card.person.ownerID) else { throw HTTPError(.forbidden) }
    let message = "\(card.account.name) is added. The first follow-up is \(words.moment(due))."
    guard request.wantsJSON else { return .back(to: "/people/\(card.person.id)?did=lead") }
    return try .json(Answer(id: card.person.id.rawValue, message: message), status: .created)
  }

  private struct View: Sendable {
    let frame: PageFrame
    let lead: LeadForm
    let errors: [LeadForm.Mistake]
    let hasErrors: Bool
    /// Which fields are wrong, for `aria-invalid`.
    let wrong: [String: Bool]
    let services: [Service]
  }

  private struct Service: Sendable {
    let label: String
  }

  private func page(
    _ form: LeadForm, _ errors: [LeadForm.Mistake], _ status: HTTPResponse.Status, _ request: Request,
    _ context: CockpitContext
  ) throws -> Response {
    let view = View(
      frame: try services.frame("New lead", .today, request, context), lead: form, errors: errors,
      hasErrors: !errors.isEmpty,
      wrong: Dictionary(errors.map { ($0.field, true) }, uniquingKeysWith: { one, _ in one }),
      services: try services.store.people.services().map(Service.init))
    return try services.templates.page("people/lead", view, status: status)
  }
}

/// What the form for a new lead says.
struct LeadForm: Sendable, Decodable {
  /// What is wrong with a field, in words.
  struct Mistake: Sendable, Equatable {
    let field: String
    let text: String
  }

  /// Made with the form, so that sending it twice adds one lead.
  let id: String
  let name: String
  let account: String
  let phone: String
  let service: String
  let note: String

  static var empty: LeadForm {
    LeadForm(id: ID<Person>.random().rawValue, name: "", account: "", phone: "", service: "", note: "")
  }

  init(id: String, name: String, account: String, phone: String, service: String, note: String) {
    self.id = id
    self.name = name
    self.account = account
    self.phone = phone
    self.service = service
    self.note = note
  }

  enum CodingKeys: CodingKey { case id, name, account, phone, service, note }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String { try values.decodeIfPresent(String.self, forKey: key) ?? "" }
    self.init(
      id: try text(.id), name: try text(.name), account: try text(.account), phone: try text(.phone),
      service: try text(.service), note: try text(.note))
  }

  /// Without spaces around; the note on one line.
  var trimmed: LeadForm {
    func line(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    let known = id.wholeMatch(of: /[0-9a-f]{32}/) != nil
    return LeadForm(
      id: known ? id : ID<Person>.random().rawValue, name: line(name), account: line(account), phone: line(phone),
      service: line(service), note: line(note))
  }

  var errors: [Mistake] {
    var errors: [Mistake] = []
    if name.isEmpty { errors.append(.init(field: "name", text: "Say whom you met.")) }
    if name.count > 100 { errors.append(.init(field: "name", text: "The name is longer than 100 characters.")) }
    if account.isEmpty { errors.append(.init(field: "account", text: "Say which firm or household it is.")) }
    if account.count > 200 {
      errors.append(.init(field: "account", text: "The account's name is longer than 200 characters."))
    }
    if !phone.isEmpty, phone.wholeMatch(of: /[0-9+() .\/-]{3,40}/) == nil || Reach.call(phone) == nil {
      errors.append(
        .init(field: "phone", text: "“\(phone.prefix(40))” is no telephone number. Leave it empty if you have none."))
    }
    if service.count > 100 {
      errors.append(.init(field: "service", text: "The service is longer than 100 characters."))
    }
    if note.count > 2_000 { errors.append(.init(field: "note", text: "The note is longer than 2,000 characters.")) }
    return errors
  }

  func lead(_ due: Due) -> NewLead {
    NewLead(
      id: ID(id), person: PersonFacts(name: name, phone: phone), account: account, service: service, note: note,
      due: due)
  }
}
