import Domain
import Foundation
import Hummingbird
import Notes
import Storage

/// POST /notes/{id}/send and /retry: the note's way to the CRM.
struct SendController {
  let services: CockpitServices
  /// Most bytes of a draft, as it is posted.
  private static let draftLimit = 512 << 10

  func add(to routes: RouterGroup<CockpitContext>) {
    let note = routes.group("notes/:id")
    note.post("send", use: send)
    note.post("retry", use: retry)
  }

  private struct SendForm: Decodable {
    let text: String?
    let basedOn: Int?
    let editor: String?
  }

  private struct Sent: Encodable, Sendable {
    let toast: String
    let version: Int
    let state: String
    let text: String
  }

  /// Saves what is in the field, then queues it: no keystroke is lost, and the same words twice are one delivery.
  @Sendable private func send(_ request: Request, context: CockpitContext) async throws -> Response {
    let known = try services.visibleNote(context).facts.draft
    let form = try await FormBody.decode(SendForm.self, from: request, limit: Self.draftLimit)
    guard known.deletedAt == nil else {
      throw HTTPError(.conflict, message: "This note was deleted. Bring it back first.")
    }
    let draft = try DraftWords(form.text, basedOn: form.basedOn, editor: form.editor).saved(known, services)
    let desk = try NoteDesk(draft, services: services)
    guard let payload = try desk.payload() else {
      throw HTTPError(
        .unprocessableContent,
        message: "Your note is saved. Choose a contact first: the CRM must know whom it is about.")
    }
    guard !draft.text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty else {
      throw HTTPError(.unprocessableContent, message: "There is nothing to send yet. Write the note first.")
    }
    let entry: OutboxEntry
    switch try NoteWriter(store: services.store, clock: services.clock).send(payload) {
    case .saved(_, let queued): entry = queued
    case .unchanged(let latest):
      // Sending again what was given up is asking for another try.
      if latest.state.isKept { _ = try services.store.outbox.retry(latest.id) }
      entry = try services.store.outbox.find(latest.id) ?? latest
    }
    guard request.wantsJSON else { return .back(to: "/notes/\(draft.id)#crm") }
    return try .json(
      Sent(toast: Self.toast(entry), version: draft.version, state: entry.state.rawValue, text: draft.text))
  }

  private static func toast(_ entry: OutboxEntry) -> String {
    switch entry.state {
    case .synced: "Nothing has changed since it was sent."
    case .cached: "Saved. Sends when you are back online."
    default: DeliveryToast.saved
    }
  }

  @Sendable private func retry(_ request: Request, context: CockpitContext) async throws -> Response {
    let draft = try services.visibleNote(context).facts.draft
    guard let entry = try services.store.notes.latestEntry(draft.id) else { throw HTTPError(.notFound) }
    let words = try RetryWords.retry(entry.id, services.store)
    return request.wantsJSON ? try .json(["toast": words]) : .back(to: "/notes/\(draft.id)#crm")
  }
}

/// Puts one delivery back and says what came of it.
enum RetryWords {
  /// - Throws: 404 where there is none, 409 where its owner works offline.
  static func retry(_ id: ID<OutboxEntry>, _ store: FieldStore) throws -> String {
    switch try store.outbox.retry(id) {
    case .queued, .hurried: return "Trying now."
    case .refused(let entry):
      return entry.state == .synced ? "It is in the CRM already." : "It is being sent, or a newer version goes instead."
    case .offline: throw HTTPError(.conflict, message: "You are working offline. Switch back to send.")
    case nil: throw HTTPError(.notFound, message: "This delivery is not here.")
    }
  }
}

/// The words of a draft as a form brought them along.
struct DraftWords {
  private let text: String?
  private let basedOn: Int?
  private let editor: String

  init(_ text: String?, basedOn: Int?, editor: String?) {
    // Forms send two characters for each line's end.
    self.text = text?.replacing("\r\n", with: "\n")
    self.basedOn = basedOn
    self.editor = String((editor ?? "").prefix(64))
  }

  /// The draft with these words; as it is where the form brought none.
  /// - Throws: 409 where it was changed elsewhere; both texts are kept then.
  func saved(_ draft: Draft, _ services: CockpitServices) throws -> Draft {
    guard let text else { return draft }
    switch try services.store.drafts.save(draft.id, text: text, basedOn: basedOn, editor: editor) {
    case .saved(let draft): return draft
    case .missing: throw HTTPError(.notFound)
    case .conflict(let latest, _):
      let at = services.clockWords().moment(latest.updatedAt)
      throw HTTPError(
        .conflict,
        message: "This note was changed elsewhere at \(at). Both are kept, and nothing was sent. Compare them first.")
    }
  }
}
