import Copilot
import Domain
import Endpoints
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Storage

/// GET and POST /ask, a page that needs no scripts; POST /ask/stream, the same answer as it comes, for the panel; GET
/// /ask/places, what it can be narrowed to.
struct AskController {
  let services: CockpitServices
  let copilot: Copilot

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("ask", use: page)
    routes.post("ask", use: submit)
    routes.post("ask/stream", use: stream)
    routes.get("ask/places") { [services] _, context in
      _ = try context.signedIn()
      return try Response.json(try AskNarrow.places(services))
    }
    AskSourceController(services: services).add(to: routes)
  }

  private struct Question: Decodable {
    struct Turn: Decodable {
      let role: ChatMessage.Role
      let content: String
    }
    let question: String?
    /// The note that is open.
    let note: String?
    let history: [Turn]?
    let account: String?
    let rep: String?
    let region: String?

    var filter: ReferenceFilter {
      func name(_ text: String?) -> String? {
        let name = String((text ?? "").trimmingCharacters(in: .whitespacesAndNewlines).prefix(200))
        return name.isEmpty ? nil : name
      }
      return ReferenceFilter(account: name(account), rep: name(rep), region: name(region))
    }
  }

  @Sendable private func page(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.signedIn()
    return try show(nil, ReferenceFilter(), request, context)
  }

  @Sendable private func submit(_ request: Request, context: CockpitContext) async throws -> Response {
    let asked = try question(try await FormBody.decode(Question.self, from: request), context)
    let answer = asked.words.isEmpty ? nil : try await copilot.ask(asked)
    return try show(AskView(question: asked.words, answer: answer), asked.filter, request, context)
  }

  private func show(
    _ view: AskView?, _ filter: ReferenceFilter, _ request: Request, _ context: CockpitContext
  ) throws -> Response {
    try services.templates.page(
      "ask/page",
      AskPage(
        frame: try services.frame("Ask the references", .ask, request, context),
        noIndex: try services.store.references.build() == nil ? AskWords.noIndex : nil,
        narrow: AskNarrow(try AskNarrow.places(services), filter), view: view))
  }

  private struct AskPage: Sendable {
    let frame: PageFrame
    let noIndex: String?
    let narrow: AskNarrow
    let view: AskView?
  }

  /// One task answers, one writes; where the reader goes away, the answer ends.
  @Sendable private func stream(_ request: Request, context: CockpitContext) async throws -> Response {
    let asked = try question(try await FormBody.decode(Question.self, from: request, limit: 256 << 10), context)
    if asked.words.isEmpty {
      throw HTTPError(.unprocessableContent, message: "Enter a question for the copilot.")
    }
    let (lines, continuation) = AsyncStream.makeStream(of: String.self)
    let work = Task { [copilot] in
      do {
        try await copilot.ask(asked) { continuation.yield(AskEvent($0).frame) }
      } catch {
        // The reason is in the log of the server, not on a page.
        continuation.yield(AskEvent.failed.frame)
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in work.cancel() }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store, no-transform"],
      body: .init { writer in
        for await line in lines { try await writer.write(ByteBuffer(string: line)) }
        try await writer.finish(nil)
      })
  }

  private func question(_ form: Question, _ context: CockpitContext) throws -> CopilotQuestion {
    let identity = try context.signedIn()
    var question = CopilotQuestion(form.question ?? "", ownerID: identity.ownerID)
    question.filter = form.filter
    question.history = (form.history ?? []).suffix(12).map { ChatMessage($0.role, $0.content) }
    guard let id = form.note, let facts = try services.store.search.facts(ID(rawValue: id)),
      identity.maySee(facts.draft.ownerID)
    else { return question }
    let contact = try NoteContact.find(facts.draft, in: services.store)
    question.account = contact.account.isEmpty ? nil : contact.account
    question.service = contact.service.isEmpty ? nil : contact.service
    return question
  }
}
