import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Storage

/// /notes/{id}: the page, its draft with its versions, what the rep corrects, and its end.
struct NoteController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    let note = routes.group("notes/:id")
    note.get(use: page)
    note.get("draft", use: draft)
    note.post("draft", use: save)
    note.get("versions", use: versions)
    note.post("versions/:number", use: useVersion)
    note.post("correction", use: correct)
    note.post("again", use: again)
    note.post("delete", use: delete)
    note.post("restore", use: restore)
  }

  @Sendable private func page(_ request: Request, context: CockpitContext) async throws -> Response {
    let (facts, identity) = try services.visibleNote(context)
    return try services.templates.page("note", try services.notePage(facts, identity, request, context))
  }

  // MARK: The draft

  private struct DraftForm: Decodable {
    let text: String
    let basedOn: Int?
    let editor: String?
    let origin: String?
  }

  /// What a page has to know of its draft.
  private struct DraftAnswer: Encodable, Sendable {
    let version: Int
    let text: String
    /// `11:36`
    let at: String
  }

  private struct ConflictAnswer: Encodable, Sendable {
    struct Words: Encodable, Sendable { let message: String }
    let error: Words
    let kept: Int
    let compare: String
  }

  /// Most bytes of a draft, as it is posted.
  private static let draftLimit = 512 << 10

  @Sendable private func draft(_ request: Request, context: CockpitContext) async throws -> Response {
    try answer(try services.visibleNote(context).facts.draft)
  }

  private func answer(_ draft: Draft) throws -> Response {
    try .json(
      DraftAnswer(version: draft.version, text: draft.text, at: services.clockWords().moment(draft.updatedAt)))
  }

  @Sendable private func save(_ request: Request, context: CockpitContext) async throws -> Response {
    let note = try services.visibleNote(context).facts.draft
    let form = try await FormBody.decode(DraftForm.self, from: request, limit: Self.draftLimit)
    let origin = form.origin.flatMap(DraftOrigin.init) ?? .typed
    // Forms send two characters for each line's end.
    let text = form.text.replacing("\r\n", with: "\n")
    let editor = String((form.editor ?? "").prefix(64))
    switch try services.store.drafts.save(
      note.id, text: text, basedOn: form.basedOn, origin: origin.isOfPeople ? origin : .typed, editor: editor)
    {
    case .saved(let draft):
      return request.wantsJSON ? try answer(draft) : .back(to: "/notes/\(note.id)#draft")
    case .conflict(let latest, let kept):
      let compare = "/notes/\(note.id)/versions?compare=\(kept.number)"
      guard request.wantsJSON else { return .back(to: compare) }
      let line = "This note was changed elsewhere at \(services.clockWords().moment(latest.updatedAt)). Both are kept."
      return try .json(
        ConflictAnswer(error: .init(message: line), kept: kept.number, compare: compare), status: .conflict)
    case .missing: throw HTTPError(.notFound)
    }
  }

  @Sendable private func versions(_ request: Request, context: CockpitContext) async throws -> Response {
    let (facts, _) = try services.visibleNote(context)
    let compared = request.uri.queryParameters["compare"].flatMap { Int($0) }
    let view = VersionsPage(
      frame: try services.frame("Versions", .notes, request, context), draft: facts.draft,
      versions: try services.store.drafts.versions(facts.draft.id), compared: compared, clock: services.clockWords())
    return try services.templates.page("versions", view)
  }

  @Sendable private func useVersion(_ request: Request, context: CockpitContext) async throws -> Response {
    let note = try services.visibleNote(context).facts.draft
    let number = try context.parameters.require("number", as: Int.self)
    guard let draft = try services.store.drafts.use(note.id, version: number) else { throw HTTPError(.notFound) }
    return request.wantsJSON ? try answer(draft) : .back(to: "/notes/\(note.id)#draft")
  }

  // MARK: The transcript

  private struct CorrectionForm: Decodable {
    let transcript: String
    let text: String?
    let basedOn: Int?
    /// Any value takes the correction back.
    let revert: String?
  }

  @Sendable private func correct(_ request: Request, context: CockpitContext) async throws -> Response {
    let note = try services.visibleNote(context).facts.draft
    let form = try await FormBody.decode(CorrectionForm.self, from: request, limit: Self.draftLimit)
    guard let clipID = note.clipID, let heard = try services.store.transcripts.find(clipID),
      heard.id.rawValue == form.transcript
    else { throw HTTPError(.conflict, message: "There is a newer transcript. Load the page again.") }
    let text = form.text?.replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    let corrected = form.revert != nil || text == heard.text ? nil : text
    switch try services.store.corrections.save(heard.id, text: corrected, basedOn: form.basedOn) {
    case .saved(let saved):
      return request.wantsJSON ? try .json(["number": saved.number]) : .back(to: "/notes/\(note.id)#words")
    case .conflict:
      throw HTTPError(.conflict, message: "The words were corrected elsewhere meanwhile. Load the page again.")
    case .missing: throw HTTPError(.notFound)
    }
  }

  /// Starts the words again: the newest job, or another where that is done.
  @Sendable private func again(_ request: Request, context: CockpitContext) async throws -> Response {
    let (facts, identity) = try services.visibleNote(context)
    guard let work = facts.work else { throw HTTPError(.notFound) }
    if case .failure(let refusal) = try services.store.jobs.replay(work.jobID, by: identity.name) {
      guard case .twinPending = refusal else {
        throw HTTPError(.conflict, message: "The words are being made already. Load the page again.")
      }
    }
    return request.wantsJSON ? try .json(["started": true]) : .back(to: "/notes/\(facts.draft.id)#words")
  }

  // MARK: Its end

  @Sendable private func delete(_ request: Request, context: CockpitContext) async throws -> Response {
    let note = try services.visibleNote(context).facts.draft
    try services.store.drafts.delete(note.id)
    return request.wantsJSON ? try .json(["deleted": note.id]) : .back(to: "/notes?deleted=\(note.id)")
  }

  @Sendable private func restore(_ request: Request, context: CockpitContext) async throws -> Response {
    let note = try services.visibleNote(context).facts.draft
    try services.store.drafts.restore(note.id)
    return request.wantsJSON ? try .json(["restored": note.id]) : .back(to: "/notes/\(note.id)")
  }
}

extension DraftOrigin {
  /// Whether a page may say so of words that it sends.
  fileprivate var isOfPeople: Bool { self == .typed || self == .inserted || self == .polish }
}
