import Domain
import Foundation
import Notes
import Storage

/// A next step with what was decided about it.
struct DeskStep: Sendable {
  let key: String
  /// As it was edited, where it was.
  let step: NextStep
  let state: DecidedStep.State?
}

/// All that the helpers beside one note work with: read once for a page, and again for each change.
struct NoteDesk: Sendable {
  let services: CockpitServices
  let draft: Draft
  let transcript: Transcript?
  let correctedText: String?
  let person: NoteContact

  init(_ draft: Draft, services: CockpitServices) throws {
    let transcript = try draft.clipID.flatMap { try services.store.transcripts.find($0) }
    try self.init(draft, transcript: transcript, services: services)
  }

  init(_ draft: Draft, transcript: Transcript?, services: CockpitServices) throws {
    self.services = services
    self.draft = draft
    self.transcript = transcript
    correctedText = try transcript.flatMap { try services.store.corrections.latest($0.id)?.text }
    person = try NoteContact.find(draft, in: services.store)
  }

  var scope: HelperScope {
    HelperScope(draftID: draft.id, ownerID: draft.ownerID, transcriptID: transcript?.id)
  }

  /// What was found and what was decided, in the order in which it was said.
  func steps() throws -> [DeskStep] {
    let decided = try services.store.helpers.steps(scope)
    let known = Dictionary(decided.map { ($0.key, $0) }) { first, _ in first }
    let found = found()
    let open = found.map { step in
      let decision = known[step.key]
      return DeskStep(key: step.key, step: decision.flatMap(Self.read) ?? step, state: decision?.state)
    }
    // A step stays added though its words were corrected away since.
    let keys = Set(found.map(\.key))
    let orphans = decided.filter { !keys.contains($0.key) && $0.state == .added }.compactMap { decision in
      Self.read(decision).map { DeskStep(key: decision.key, step: $0, state: decision.state) }
    }
    return (open + orphans).sorted { $0.step.word < $1.step.word }
  }

  func added() throws -> [NextStep] { try steps().filter { $0.state == .added }.map(\.step) }

  private func found() -> [NextStep] {
    guard let transcript else { return [] }
    let words = correctedText.map { SaidWord.words(of: $0) } ?? SaidWord.words(of: transcript)
    let today = StepDay(draft.createdAt, in: .autoupdatingCurrent)
    return NextStepFinder(today: today, facts: person.deal).find(words)
  }

  private static func read(_ decision: DecidedStep) -> NextStep? {
    try? JSONDecoder().decode(NextStep.self, from: Data(decision.json.utf8))
  }

  func cues() -> HelperReading<[PlaybookCue]> {
    PlaybookCues.cues(service: person.service, in: services.helperFiles)
  }

  func prices() -> HelperReading<PriceList?> { PriceList.of(service: person.service, in: services.helperFiles) }

  func intel() -> HelperReading<AccountIntel?> { AccountIntel.of(account: person.account, in: services.helperFiles) }

  /// What would be sent now; nil while nobody was chosen.
  func payload(_ draft: Draft? = nil) throws -> DraftPayload? {
    guard let contact = person.contact else { return nil }
    let live = try services.store.live.find(self.draft.id)
    return DraftPayload(
      draft: draft ?? self.draft, contact: contact, transcript: transcript, streamPartial: live?.words.text ?? "",
      streamEngine: live?.figures.engine ?? "", correctedText: correctedText,
      quote: try services.store.helpers.quote(scope)?.summary, steps: try added())
  }
}

/// What is wrong with a helper's file, in words.
enum TroubleWords {
  static func line(_ trouble: HelperTrouble?) -> String? {
    switch trouble {
    case nil: nil
    case .unreadable(let file): "\(file) cannot be read. Make it a plain file that FieldOS may read."
    case .tooLarge(let file, let limit): "\(file) is larger than \(limit / 1_048_576) MiB, so it is not read."
    case .damaged(let file):
      "\(file) is not the JSON that belongs here, so it is not used. Put it right and look again."
    case .skipped(let file, 1): "One value in \(file) is of the wrong kind and was left out."
    case .skipped(let file, let count): "\(count) values in \(file) are of the wrong kind and were left out."
    }
  }
}
