import Domain
import Foundation
import Hummingbird
import Storage

/// GET /people/{id}, the brief; GET /api/people, whom a note can be about.
struct PeopleController {
  private static let notes = 5
  private static let found = 20

  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("people/:id", use: brief)
    routes.get("api/people", use: search)
  }

  private struct View: Sendable {
    struct Fact: Sendable {
      let label: String
      let text: String
      let isNumber: Bool
    }
    let frame: PageFrame
    let did: DidView?
    let personID: String
    let name: String
    let place: String
    let account: String
    let call: String?
    let phone: String
    let map: String?
    let address: String
    let mail: String?
    let noRecorder: Bool
    let summary: String?
    let facts: [Fact]
    let followUps: [FollowUpView]
    let hasNone: Bool
    let done: String?
    let spoken: [SpokenView]
    let hasNoSpoken: Bool
  }

  @Sendable private func brief(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    guard let card = try services.store.people.card(ID(try context.parameters.require("id"))) else {
      throw HTTPError(.notFound, message: "This person is not here.")
    }
    guard identity.maySee(card.person.ownerID) else { throw HTTPError(.forbidden) }
    let words = DayWords(now: services.clock.now())
    return try services.templates.page("people/brief", try view(card, identity, words, request, context))
  }

  private func view(
    _ card: PersonCard, _ identity: Identity, _ words: DayWords, _ request: Request, _ context: CockpitContext
  ) throws -> View {
    let (person, account) = (card.person, card.account.facts)
    let touches = try services.store.followUps.all(person.id)
    let open = touches.filter { $0.followUp.doneAt == nil }
    let last = touches.compactMap(\.followUp.doneAt).max()
    let spoken = try services.store.spoken.about(card, ownerID: identity.peopleScope, limit: Self.notes)
    return View(
      frame: try services.frame(person.name, .today, request, context, scripts: ["/js/today.js"]),
      did: try Did(services, words).view(request, context), personID: person.id.rawValue, name: person.name,
      place: [account.name, person.facts.title.isEmpty ? account.type : person.facts.title]
        .filter { !$0.isEmpty }.joined(separator: ", "),
      account: account.name, call: Reach.call(person.facts.phone), phone: person.facts.phone,
      map: Reach.map(account.address, request), address: account.address,
      mail: Self.mail(person.facts.email), noRecorder: !services.configuration.offersRecorder,
      summary: [account.notes, account.summary].first { !$0.isEmpty }, facts: Self.facts(card, words),
      followUps: open.map { FollowUpView($0, words, back: request.uri.path) }, hasNone: open.isEmpty,
      done: last.map { "Last one done \(words.stamp($0))." },
      spoken: spoken.map { SpokenView($0, words, isDated: true) }, hasNoSpoken: spoken.isEmpty)
  }

  /// What is known, without what is not.
  private static func facts(_ card: PersonCard, _ words: DayWords) -> [View.Fact] {
    let account = card.account.facts
    let last = CalendarDay(account.lastContactOn)?.start(words.calendar).map { words.short($0) }
    let all: [(String, String?, Bool)] = [
      ("Stage", account.stage, false),
      (account.stage == "Proposal" ? "Open quote" : "Worth", account.value.map { Money.text($0) }, true),
      ("Last touch", last, true), ("Service", account.service, false), ("Account type", account.type, false),
      (
        "Size",
        account.acres.map {
          $0.formatted(.number.precision(.fractionLength(0...1)).locale(Locale(identifier: "en_US"))) + " acres"
        }, true
      ),
      ("Phone", card.person.facts.phone, true), ("Email", card.person.facts.email, false),
      ("Address", account.address, false), ("Region", account.region, false), ("Rep", account.assignedRep, false),
      ("Came by", account.leadSource, false), ("Lost because", account.dropReason, false),
      ("Customer", card.account.customerID, true),
    ]
    return all.compactMap { label, text, isNumber in
      text.flatMap { $0.isEmpty ? nil : View.Fact(label: label, text: $0, isNumber: isNumber) }
    }
  }

  /// `mailto:` for what looks like an address and nothing else.
  private static func mail(_ email: String) -> String? {
    email.wholeMatch(of: /[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+/) == nil ? nil : "mailto:" + email
  }

  private struct Found: Encodable {
    struct One: Encodable {
      let id: String
      let name: String
      let account: String
      let service: String
      let place: String
    }
    let people: [One]
  }

  @Sendable private func search(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let text = String(request.uri.queryParameters["q"].map(String.init)?.prefix(200) ?? "")
    let cards = try services.store.people.search(text, ownerID: identity.peopleScope, limit: Self.found)
    return try .json(
      Found(
        people: cards.map { card in
          .init(
            id: card.person.id.rawValue, name: card.person.name, account: card.account.name,
            service: card.account.facts.service, place: card.account.facts.city)
        }))
  }
}
