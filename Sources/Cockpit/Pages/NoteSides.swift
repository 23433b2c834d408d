import Domain
import Foundation
import Notes
import Storage

/// What stands beside a note's words: next steps, cues, quote, account, CRM, and the bar that sends.
struct NoteSides: Sendable {
  /// `/notes/<id>`: where their forms post below.
  let path: String
  let steps: StepsView
  let cues: CuesView
  /// nil where the service has no price.
  let quote: QuoteView?
  let quoteWarning: String?
  let intel: IntelView
  let crm: CRMView
  let send: SendBarView
  /// Whether notes can be polished here.
  let polishes: Bool

  /// - Parameter transcript: the current one, nil before there is any.
  static func make(
    for facts: NoteFacts, transcript: Transcript?, services: CockpitServices, identity: Identity
  ) throws -> NoteSides {
    let desk = try NoteDesk(facts.draft, transcript: transcript, services: services)
    return try NoteSides(desk, isPending: facts.sound != nil && facts.wordsAt == nil)
  }

  init(_ desk: NoteDesk, isPending: Bool) throws {
    let (services, clock) = (desk.services, desk.services.clockWords())
    let store = services.store
    let words = DeliveryWords(
      clock: clock, now: services.clock.now(), isOffline: try store.outbox.isOffline(desk.draft.ownerID))
    let (prices, kept) = (desk.prices(), try store.helpers.quote(desk.scope))
    let deskSteps = try desk.steps()
    path = "/notes/\(desk.draft.id)"
    steps = StepsView(deskSteps, hasTranscript: desk.transcript != nil, isPending: isPending)
    cues = CuesView(desk.cues(), used: try store.helpers.usedCues(desk.scope), service: desk.person.service)
    quote = QuoteView(prices.value, kept: kept, clock: clock)
    quoteWarning = TroubleWords.line(prices.trouble)
    intel = IntelView(desk.intel(), account: desk.person.account, clock: clock)
    crm = try CRMView(desk, words)
    send = SendBarView(
      desk, crm, latest: try store.notes.latestEntry(desk.draft.id), words: words,
      steps: deskSteps.count { $0.state == .added }, hasQuote: kept?.summary != nil)
    polishes = services.configuration.polish != nil
  }
}
