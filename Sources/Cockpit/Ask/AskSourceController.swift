import Domain
import Hummingbird
import Storage

/// GET /ask/source?id=…: a passage that an answer cites, with the way to the whole that it is from.
struct AskSourceController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("ask/source", use: show)
  }

  private struct View: Sendable {
    let frame: PageFrame
    let source: AskView.Source
    let wholeLink: String?
    let wholeWords: String
  }

  @Sendable private func show(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let id = String(request.uri.queryParameters["id"] ?? "")
    guard let chunk = try services.store.references.chunk(id) else {
      throw HTTPError(.notFound, message: "This passage is not in the index any more. Ask again.")
    }
    let whole = try whole(chunk, identity)
    return try services.templates.page(
      "ask/source",
      View(
        frame: try services.frame(chunk.title, .ask, request, context), source: AskView.Source(chunk, number: 1),
        wholeLink: whole?.link, wholeWords: whole?.words ?? ""))
  }

  private func whole(_ chunk: ReferenceChunk, _ identity: Identity) throws -> (link: String, words: String)? {
    switch chunk.source {
    case .wiki: ("/reference/wiki#\(MarkdownReader.anchor(of: chunk.title))", "In the company wiki")
    case .playbook where chunk.id.hasPrefix("playbook_") && chunk.facts.service == nil && chunk.tags.isEmpty:
      ("/reference/playbook#\(MarkdownReader.anchor(of: chunk.title))", "In the sales playbook")
    case .crm: try person(chunk, identity).map { ($0, "The customer's page") } ?? ("/reference/sample", "All customers")
    default: nil
    }
  }

  private func person(_ chunk: ReferenceChunk, _ identity: Identity) throws -> String? {
    guard let customer = chunk.facts.customerID else { return nil }
    let ids = try services.store.people.ids(customerIDs: [customer], ownerID: identity.peopleScope)
    return ids[customer].map { "/people/\($0)" }
  }
}
