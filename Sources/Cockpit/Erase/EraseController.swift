import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Operations
import Serving
import Storage

/// /settings/erase: find a person, see everything that is kept, erase it, and see the proof. For admins.
struct EraseController {
  private static let longest = 200
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    let erase = routes.group("settings/erase")
    erase.get(use: search)
    erase.get("plan", use: plan)
    erase.post(use: erasePerson)
    erase.post("continue", use: goOn)
  }

  private struct Form: Decodable {
    var contact: String?
    var email: String?
    var name: String?
    var typed: String?

    /// Whom it means; nil where it says nobody.
    var question: EraseStore.Question? {
      if let contact, !contact.isEmpty { return .contact(ID(contact)) }
      if let email, !email.isEmpty { return .email(email) }
      return name.flatMap { $0.isEmpty ? nil : .name($0) }
    }
  }

  @Sendable private func search(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.atLeast(.admin)
    let words = String(parameter("q", request).prefix(Self.longest))
    let store = services.store
    let found = try await Blocking.run { try Self.found(words, store) }
    return try services.templates.page(
      "erase/search",
      EraseSearchView(
        frame: try services.frame("Erase a person", .settings, request, context), words: words,
        isSearched: !words.isEmpty, found: found, past: try past()))
  }

  private static func found(_ words: String, _ store: FieldStore) throws -> [EraseSearchView.Found] {
    if words.allSatisfy(\.isWhitespace) { return [] }
    var found = try store.people.search(words, ownerID: nil).map { card in
      EraseSearchView.Found(
        key: "contact", value: card.person.id.rawValue, name: card.person.name, line: card.account.name)
    }
    for (key, question) in [("email", EraseStore.Question.email(words)), ("name", .name(words))] {
      for subject in try store.erasures.who(question) {
        let id = subject.id?.rawValue
        if let id, found.contains(where: { $0.value == id }) { continue }
        if id == nil, found.contains(where: { $0.key != "contact" }) { continue }
        found.append(
          .init(
            key: id == nil ? key : "contact", value: id ?? words,
            name: subject.facts.name.isEmpty ? subject.facts.email : subject.facts.name,
            line: id == nil ? "Named in notes, no contact here" : subject.account?.name ?? ""))
      }
    }
    return found
  }

  private func past() throws -> [EraseSearchView.Past] {
    try services.store.erasures.recent().map { EraseSearchView.Past($0, DayWords(now: services.clock.now())) }
  }

  @Sendable private func plan(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.atLeast(.admin)
    let form = Form(
      contact: parameter("contact", request), email: parameter("email", request), name: parameter("name", request))
    let plan = try await find(form)
    return try page(plan, form, request, context)
  }

  private func page(
    _ plan: ErasePlan, _ form: Form, _ request: Request, _ context: CockpitContext, problem: String? = nil
  ) throws -> Response {
    let frame = try services.frame("Erase a person", .settings, request, context)
    return try services.templates.page(
      "erase/plan",
      ErasePlanView(
        plan, frame: frame, problem: problem, contact: form.contact, email: form.email, asked: form.name,
        words: DayWords(now: services.clock.now())),
      status: problem == nil ? .ok : .unprocessableContent)
  }

  /// - Throws: 404 where nobody is known so.
  private func find(_ form: Form) async throws -> ErasePlan {
    guard let question = form.question else { throw HTTPError(.notFound, message: "Nobody is named. Search again.") }
    let store = services.store
    let plan = try await Blocking.run { () -> ErasePlan? in
      let found = try store.erasures.who(question)
      guard found.count == 1 else { return nil }
      return try store.erasures.plan(found[0])
    }
    guard let plan else {
      throw HTTPError(.notFound, message: "This person is not here, or not the only one. Search again.")
    }
    return plan
  }

  @Sendable private func erasePerson(_ request: Request, context: CockpitContext) async throws -> Response {
    let admin = try context.atLeast(.admin)
    let form = try await FormBody.decode(Form.self, from: request)
    let plan = try await find(form)
    let wanted = ErasePlanView.confirmation(plan)
    guard PersonMatch.isTyped(form.typed ?? "", for: wanted) else {
      return try page(plan, form, request, context, problem: "What you typed is not the name. Nothing was removed.")
    }
    let eraser = services.eraser
    do {
      let report = try await Blocking.run { try eraser.erase(plan, by: admin.ownerID) }
      try services.access.audit.done("person.erased", report.erasure.id.rawValue, context)
      return try result([report], request, context)
    } catch let error as OperationsError {
      return try page(plan, form, request, context, problem: EraseRefusal.words(error))
    }
  }

  @Sendable private func goOn(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.atLeast(.admin)
    let eraser = services.eraser
    do {
      let reports = try await Blocking.run { try eraser.resume(retriesFailed: true) }
      for report in reports { try services.access.audit.done("person.erased", report.erasure.id.rawValue, context) }
      return reports.isEmpty ? .back(to: "/settings/erase") : try result(reports, request, context)
    } catch let error as OperationsError {
      throw HTTPError(.conflict, message: EraseRefusal.words(error))
    }
  }

  private func result(
    _ reports: [EraseReport], _ request: Request, _ context: CockpitContext
  ) throws -> Response {
    try services.templates.page(
      "erase/result",
      EraseResultView(
        frame: try services.frame("Erased", .settings, request, context), reports: reports.map(EraseResultView.One.init)
      ))
  }

  private func parameter(_ name: Substring, _ request: Request) -> String {
    String((request.uri.queryParameters[name].map(String.init) ?? "").prefix(8_000))
  }
}

extension CockpitServices {
  fileprivate var eraser: Eraser { Eraser(store: store, clock: clock, indexCopy: configuration.indexCopy) }
}

/// The words for what keeps an erasure from being done.
enum EraseRefusal {
  static func words(_ error: OperationsError) -> String {
    switch error {
    case .eraseWaitsForDelivery: "A note about this person is being sent now. Try again in a minute."
    case .eraseNeedsSpace(_, let needed, _):
      "The disk is too full: \((needed + 999_999) / 1_000_000) MB are needed to write the database anew. Make room first."
    case .eraseRuns: "Somebody else is being erased now. Try again in a minute."
    case .eraseLost: "The plan of an erasure that was interrupted is gone. Erase that person again."
    case .unusableSample(_, let reason): "crm_sample.csv can't be changed (\(reason)). Put it right, then go on."
    default: "It could not be done. The server's log says why; try again."
    }
  }
}
