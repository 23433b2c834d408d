import Domain
import Foundation
import Hummingbird
import Storage

/// /notes: the list, newest first, and the search over notes and transcripts.
struct NotesController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("notes", use: list)
    routes.post("notes", use: begin)
  }

  private struct BeginForm: Decodable { let contact: String? }

  /// Begins a note without a recording, about somebody where a contact is named.
  @Sendable private func begin(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let form = try await FormBody.decode(BeginForm.self, from: request)
    let person = try form.contact.flatMap {
      $0.isEmpty ? nil : try services.store.people.card(ID(rawValue: $0))?.person
    }
    if let person, !identity.maySee(person.ownerID) { throw HTTPError(.forbidden) }
    let draft = try services.store.drafts.begin(ownerID: identity.ownerID, contactID: person?.id)
    return request.wantsJSON ? try .json(["id": draft.id]) : .back(to: "/notes/\(draft.id)#draft")
  }

  @Sendable private func list(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let asked = Asked(request, identity)
    let query = asked.query(services.clockWords())
    let hits = try services.store.search.page(query)
    let clock = services.clockWords()
    let rows = hits.prefix(query.limit).map {
      NotesPage.RowView($0, clock, makesTranscripts: services.configuration.makesTranscripts)
    }
    let deleted = try services.store.drafts.deleted(ownerID: identity.ownerID, limit: 20).map { draft in
      NotesPage.DeletedView(
        id: draft.id.rawValue, name: draft.subject.heading,
        line: draft.deletedAt.map { "Deleted \(clock.moment($0))" } ?? "")
    }
    let just = request.uri.queryParameters["deleted"].map(String.init)
    let accounts = try services.store.search.accounts(ownerID: query.ownerID)
    let reps = identity.role >= .manager ? try services.store.search.owners() : []
    let page = NotesPage(
      frame: try services.frame("Notes", .notes, request, context, scripts: ["/js/notes.js"]), words: asked.words,
      from: asked.from, until: asked.until, accounts: asked.options(accounts.map { ($0, $0) }, chosen: asked.account),
      hasAccounts: !accounts.isEmpty,
      reps: asked.options(
        try reps.map { ($0.rawValue, try services.store.users.find($0)?.name ?? $0.rawValue) }, chosen: asked.rep),
      hasReps: reps.count > 1,
      orders: asked.options([("newest", "Newest first"), ("best", "Best first")], chosen: asked.order.rawValue),
      isFiltered: asked.isFiltered, rows: Array(rows), hasRows: !rows.isEmpty,
      empty: rows.isEmpty ? asked.emptyWords : nil, older: hits.count > query.limit ? asked.next(query, hits) : nil,
      olderWords: query.order == .best && !query.words.isEmpty ? "More notes" : "Older notes",
      justDeleted: deleted.first { $0.id == just }, deleted: deleted, hasDeleted: !deleted.isEmpty)
    return try services.templates.page("notes", page)
  }
}

/// What the address of the list asks for.
private struct Asked {
  let words: String
  let account: String
  let from: String
  let until: String
  let rep: String
  let order: NoteQuery.Order
  private let after: Int64?
  private let skip: Int
  private let identity: Identity

  init(_ request: Request, _ identity: Identity) {
    func text(_ name: Substring) -> String {
      String((request.uri.queryParameters[name].map(String.init) ?? "").prefix(400))
    }
    self.identity = identity
    words = text("q").trimmingCharacters(in: .whitespacesAndNewlines)
    account = text("account")
    from = text("from")
    until = text("to")
    rep = text("rep")
    order = NoteQuery.Order(rawValue: text("order")) ?? .newest
    after = Int64(text("after"))
    skip = Int(text("skip")) ?? 0
  }

  var isFiltered: Bool { ![account, from, until, rep].allSatisfy(\.isEmpty) || order != .newest }

  func query(_ clock: ClockWords) -> NoteQuery {
    let everybody = identity.role >= .manager
    var query = NoteQuery(ownerID: everybody ? (rep.isEmpty ? nil : ID(rep)) : identity.ownerID)
    query.words = words
    query.account = account.isEmpty ? nil : account
    query.from = clock.start(ofDay: from)
    query.until = clock.start(ofDay: until).map(clock.nextDay)
    query.order = order
    query.after = after
    query.skip = skip
    return query
  }

  func options(_ all: [(value: String, name: String)], chosen: String) -> [NotesPage.OptionView] {
    all.map { NotesPage.OptionView(value: $0.value, name: $0.name, isChosen: $0.value == chosen) }
  }

  var emptyWords: String {
    if !words.isEmpty { return "No notes match “\(words)”." }
    return isFiltered ? "No notes match these filters." : "No notes yet. Tap Record after your next visit."
  }

  /// The same list, further on.
  func next(_ query: NoteQuery, _ hits: [NoteHit]) -> String {
    let isBest = query.order == .best && !query.words.isEmpty
    let last = hits.prefix(query.limit).last?.facts.draft.seq ?? 0
    let place = isBest ? ("skip", String(query.skip + query.limit)) : ("after", String(last))
    let fields = [
      ("q", words), ("account", account), ("from", from), ("to", until), ("rep", rep), ("order", order.rawValue), place,
    ]
    let allowed = CharacterSet.alphanumerics.intersection(.init(charactersIn: UnicodeScalar(0)..<UnicodeScalar(128)))
    return "/notes?"
      + fields.filter { !$0.1.isEmpty }.map { name, value in
        "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
      }.joined(separator: "&")
  }
}
