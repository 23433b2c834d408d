import Domain
import Endpoints
import Foundation
import Hummingbird
import Notes
import Storage

/// POST /notes/{id}/cues, /steps, /quote, /polish: what the helpers beside a note do.
struct HelpersController {
  let services: CockpitServices

  func add(to routes: RouterGroup<CockpitContext>) {
    let note = routes.group("notes/:id")
    note.post("cues", use: cue)
    note.post("steps", use: step)
    note.post("quote", use: quote)
    note.post("polish", use: polish)
  }

  private struct CueForm: Decodable {
    let title: String
    let `do`: String?
    /// Set by a page that put the words into the draft itself.
    let inserted: String?
  }

  @Sendable private func cue(_ request: Request, context: CockpitContext) async throws -> Response {
    let desk = try NoteDesk(try services.visibleNote(context).facts.draft, services: services)
    let form = try await FormBody.decode(CueForm.self, from: request)
    if form.do == "return" {
      try services.store.helpers.returnCue(form.title, desk.scope)
      return try done(request, desk.draft, "cues")
    }
    guard let cue = desk.cues().value.first(where: { $0.title == form.title }) else {
      throw HTTPError(.notFound, message: "This cue is not in the playbook any more. Load the page again.")
    }
    let words = form.inserted == nil ? cue.words : nil
    let isNew = try services.store.helpers.useCue(cue.title, desk.scope, inserting: words)
    return try done(request, desk.draft, "cues", isNew ? "Added '\(cue.title)' to draft note." : nil)
  }

  private struct StepForm: Decodable {
    let key: String
    let `do`: String
    /// As the rep edited it.
    let new: String?
  }

  @Sendable private func step(_ request: Request, context: CockpitContext) async throws -> Response {
    let desk = try NoteDesk(try services.visibleNote(context).facts.draft, services: services)
    let form = try await FormBody.decode(StepForm.self, from: request)
    if form.do == "reopen" {
      try services.store.helpers.reopenStep(form.key, desk.scope)
      return try done(request, desk.draft, "steps")
    }
    guard let known = try desk.steps().first(where: { $0.key == form.key }) else {
      throw HTTPError(.notFound, message: "This step was found in words that have changed. Load the page again.")
    }
    let edited = form.new.map { String($0.trimmingCharacters(in: .whitespacesAndNewlines).prefix(200)) } ?? ""
    let isEdit = form.do == "add" && !edited.isEmpty && edited != known.step.new
    let step = isEdit ? known.step.edited(edited) : known.step
    let json = String(decoding: try JSONEncoder().encode(step), as: UTF8.self)
    try services.store.helpers.decideStep(form.key, json: json, form.do == "skip" ? .skipped : .added, desk.scope)
    return try done(request, desk.draft, "steps")
  }

  @Sendable private func quote(_ request: Request, context: CockpitContext) async throws -> Response {
    let desk = try NoteDesk(try services.visibleNote(context).facts.draft, services: services)
    let form = try await FormBody.decode([String: String].self, from: request)
    let helpers = services.store.helpers
    if form["do"] == "remove" {
      try helpers.removeQuote(desk.scope)
      return try done(request, desk.draft, "quote")
    }
    guard let list = desk.prices().value else {
      throw HTTPError(.notFound, message: "No price for this service yet. Add it to pricing.json.")
    }
    let choice = QuoteChoice(form: form)
    if form["do"] == "keep" {
      try helpers.keepQuote(choice: try choice.json(), desk.scope)
      return try done(request, desk.draft, "quote")
    }
    let builder = QuoteBuilder(list, choice: choice)
    try helpers.insertQuote(
      builder.summary(at: services.clock.now()), choice: try choice.json(), desk.scope,
      inserting: form["inserted"] == nil ? builder.words : nil)
    return try done(request, desk.draft, "quote")
  }

  private struct PolishForm: Decodable {
    let text: String?
    let basedOn: Int?
    let editor: String?
  }

  private struct Polished: Encodable, Sendable {
    let text: String
    let toast: String
  }

  /// Polishes what is saved: the words that were there stay as a version. What is typed meanwhile is never replaced.
  @Sendable private func polish(_ request: Request, context: CockpitContext) async throws -> Response {
    guard let polish = services.configuration.polish else { throw HTTPError(.notFound) }
    let desk = try NoteDesk(try services.visibleNote(context).facts.draft, services: services)
    let form = try await FormBody.decode(PolishForm.self, from: request, limit: 512 << 10)
    let draft = try DraftWords(form.text, basedOn: form.basedOn, editor: form.editor).saved(desk.draft, services)
    guard !draft.text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty else {
      throw HTTPError(.unprocessableContent, message: "There is nothing to polish yet. Write the note first.")
    }
    let began = ContinuousClock.now
    let words: String
    do {
      words = try await polish.polished(draft.text, contact: desk.person.contact ?? .unknown)
    } catch let error as ChatError {
      throw HTTPError(.badGateway, message: PolishWords.line(error))
    }
    let seconds = String(format: "%.1f", (ContinuousClock.now - began).inSeconds)
    // The page puts the words in itself, unless its user stopped or wrote on.
    if request.wantsJSON { return try .json(Polished(text: words, toast: "Polished in \(seconds) s.")) }
    let saved = try services.store.drafts.save(draft.id, text: words, basedOn: draft.version, origin: .polish)
    guard case .saved = saved else {
      throw HTTPError(
        .conflict, message: "You wrote on meanwhile. Your own words stand; the polished ones are a version.")
    }
    return .back(to: "/notes/\(draft.id)#draft")
  }

  private struct Done: Encodable, Sendable { let toast: String? }

  private func done(_ request: Request, _ draft: Draft, _ anchor: String, _ toast: String? = nil) throws -> Response {
    request.wantsJSON ? try .json(Done(toast: toast)) : .back(to: "/notes/\(draft.id)#\(anchor)")
  }
}

/// Why a note was not polished.
enum PolishWords {
  static func line(_ error: ChatError) -> String {
    let safe = "Your note is unchanged."
    return switch error {
    case .noAnswer: "The polish service did not answer. \(safe)"
    case .keyRefused: "The polish service does not accept our key. \(safe)"
    case .busy: "The polish service asked us to wait. \(safe)"
    case .refused(let status): "The polish service refused (\(status)). \(safe)"
    case .unusable: "The polish service's answer could not be used. \(safe)"
    case .invalidSettings(let reason): "The polish service is not set up right: \(reason). \(safe)"
    }
  }
}

extension Contact {
  /// Nobody was chosen.
  static let unknown = Contact(
    name: "", phone: "", email: "", account: "", service: "", customerID: "", customerType: "", accountAddress: "",
    assignedRep: "", region: "", leadSource: "")
}
