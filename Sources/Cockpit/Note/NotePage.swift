import Domain
import Foundation
import Hummingbird
import Storage

/// The page of one note.
struct NotePage: Sendable {
  let frame: PageFrame
  let id: String
  let name: String
  /// `Quarry Lane Townhomes · 11:31 · 48 s`
  let about: String
  let trail: TrailView
  /// The recording's newest job, whose events this page waits for.
  let jobID: String
  let transcriptID: String
  /// When it was deleted and until when it can come back, in words; nil unless it was.
  let deleted: String?
  /// What deleting means for what was saved for the CRM, nil where nothing was.
  let deletingSent: String?
  let words: WordsView
  let draft: DraftView
  let sides: NoteSides
}

extension CockpitServices {
  /// A note that who asks may see.
  /// - Throws: 401, 404 where there is none, 403 where it is another's.
  func visibleNote(_ context: CockpitContext) throws -> (facts: NoteFacts, identity: Identity) {
    let identity = try context.signedIn()
    let id: ID<Note> = ID(rawValue: try context.parameters.require("id"))
    guard let facts = try store.search.facts(id) else {
      throw HTTPError(.notFound, message: "This note is not here. It may have been deleted.")
    }
    guard identity.maySee(facts.draft.ownerID) else { throw HTTPError(.forbidden) }
    return (facts, identity)
  }

  func clockWords() -> ClockWords { ClockWords(now: clock.now()) }

  func notePage(
    _ facts: NoteFacts, _ identity: Identity, _ request: Request, _ context: CockpitContext
  ) throws -> NotePage {
    let (draft, clock) = (facts.draft, clockWords())
    let source = try wordsSource(facts)
    let name = draft.subject.heading
    let deletedAt = draft.deletedAt
    return NotePage(
      frame: try frame(name, .notes, request, context, scripts: ["/js/note.js", "/js/helpers.js", "/js/send.js"]),
      id: draft.id.rawValue, name: name,
      about: facts.about(clock),
      trail: TrailView(Trail(facts, makesTranscripts: configuration.makesTranscripts), clock),
      jobID: facts.work?.jobID.rawValue ?? "", transcriptID: source.transcript?.id.rawValue ?? "",
      deleted: deletedAt.map { at in
        "Deleted \(clock.moment(at)). It can be brought back until \(clock.moment(at + Draft.undoSeconds))."
      },
      deletingSent: facts.delivery.map { status in
        status.state == .synced ? "The CRM keeps its own copy." : "What was saved for the CRM is still sent."
      },
      words: WordsView(source, clock, now: self.clock.now()),
      draft: DraftView(draft, try store.drafts.versions(draft.id), clock),
      sides: try NoteSides.make(for: facts, transcript: source.transcript, services: self, identity: identity))
  }

  private func wordsSource(_ facts: NoteFacts) throws -> WordsSource {
    let clip = try facts.draft.clipID.flatMap { try store.clips.find($0) }
    let transcript = try clip.flatMap { try store.transcripts.find($0.id) }
    let isPending = transcript == nil && facts.work?.state.isPending == true
    return WordsSource(
      facts: facts, clip: clip, wave: try clip.flatMap { try store.waves.find($0.id) }, transcript: transcript,
      correction: try transcript.flatMap { try store.corrections.latest($0.id) },
      live: try facts.draft.recordingID.flatMap { _ in try store.live.find(facts.draft.id) },
      pace: isPending ? try store.transcripts.pace() : nil, waiting: isPending ? try store.jobs.depth() : 0,
      makesTranscripts: configuration.makesTranscripts, isQA: configuration.isQA)
  }
}

extension DraftSubject {
  /// What a note is called.
  var heading: String {
    let names = [contactName, account].map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    return names.first { !$0.isEmpty } ?? "No contact yet"
  }
}

extension NoteFacts {
  /// Account, when, and how long.
  func about(_ clock: ClockWords) -> String {
    let account = draft.subject.contactName.isEmpty ? "" : draft.subject.account
    let length = sound?.seconds.map { ClockWords.length($0) } ?? ""
    // A line breaks before the time, never between it and the length.
    let spoken = [clock.moment(draft.createdAt), length].filter { !$0.isEmpty }.joined(separator: " · ")
    return [account, spoken.replacing(" ", with: "\u{a0}")].filter { !$0.isEmpty }.joined(separator: " · ")
  }
}
