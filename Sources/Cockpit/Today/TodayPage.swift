import Domain
import Foundation
import Hummingbird
import Storage

/// Everything that Today shows, read from the store.
struct TodayPage: Sendable {
  /// Follow-ups that are shown when all are asked for.
  private static let most = 200
  /// Those due longest, among which the focus is picked.
  private static let looked = 60
  /// Follow-ups that are shown at first.
  private static let few = 6
  private static let spokenCount = 6

  let services: CockpitServices
  let identity: Identity
  let words: DayWords

  private var store: FieldStore { services.store }

  /// - Parameters:
  ///   - showsAll: every follow-up instead of the first ones.
  ///   - did: what was just done, where no script could tell it.
  func view(
    _ frame: PageFrame, _ request: Request, showsAll: Bool, did: DidView?
  ) throws -> TodayView {
    let limit = showsAll ? Self.most : Self.looked
    let touches = try store.followUps.open(ownerID: identity.peopleScope, limit: limit)
    let due = touches.filter { $0.followUp.due.at < words.today.end }
    let focus = FocusRule.pick(due.isEmpty ? Array(touches.prefix(1)) : due, now: words.now, calendar: words.calendar)
    let shown = touches.prefix(showsAll ? Self.most : Self.few)
    let openCount =
      touches.count < limit ? touches.count : try store.followUps.openCount(ownerID: identity.peopleScope)
    let whereabouts = try store.spoken.whereabouts(ownerID: identity.ownerID, since: words.today.start)
    let spoken = try store.spoken.since(words.today.start, ownerID: identity.ownerID, limit: Self.spokenCount)
    return TodayView(
      frame: frame, date: words.title(words.now), truth: TruthView(whereabouts), did: did,
      found: try services.foundRecordings(identity),
      focus: focus.map { FocusView($0, words, request) },
      followUps: shown.map { FollowUpView($0, words, back: "/") },
      hasNone: touches.isEmpty, hasPeople: try touches.isEmpty ? hasPeople() : true,
      more: openCount > shown.count ? "All \(openCount) follow-ups" : nil,
      pipeline: PipelineView(try PipelineDesk(services).current(), words),
      spoken: spoken.map { SpokenView($0, words) }, hasNoSpoken: spoken.isEmpty,
      closing: try closing(whereabouts.waiting), zone: words.zone)
  }

  private func hasPeople() throws -> Bool {
    try !store.people.search("", ownerID: identity.peopleScope, limit: 1).isEmpty
  }

  private func closing(_ waiting: Int) throws -> ClosingView {
    let today = words.today
    let counts = try store.followUps.counts(
      ownerID: identity.ownerID, dueBefore: today.end, doneFrom: today.start)
    let closed = try store.followUps.closing(today.text, ownerID: identity.ownerID)
    return ClosingView(open: counts.open, done: counts.done, waiting: waiting, closed: closed, words)
  }
}

extension Identity {
  /// Whose rows lists show: a manager sees everybody's.
  var peopleScope: ID<Owner>? { role >= .manager ? nil : ownerID }
}
