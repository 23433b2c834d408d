import Domain
import Foundation
import Hummingbird
import Storage

/// The outbox: what is not in the CRM yet, and why.
struct OutboxPageView: Sendable {
  struct Item: Sendable {
    let id: String
    let notePath: String
    let name: String
    let badge: BadgeView
    let time: String
    let line: String
    let reply: ReplyView?
    let attempts: AttemptsView?
    /// Refused: to be put right first.
    let isFailed: Bool
    /// Waits for its next try.
    let canHurry: Bool
    /// Kept: goes out again when somebody says so.
    let isKept: Bool
    /// Whose, on a manager's page.
    let owner: String?
  }

  let frame: PageFrame
  let title: String
  let line: String
  let offlineLine: String
  let isOffline: Bool
  let offersSendAll: Bool
  let needs: [Item]
  let needsCount: String?
  let way: [Item]
  let wayCount: String?
  let synced: [Item]
  let syncedCount: String?
  /// Whether a group has more than is listed.
  let hasMore: Bool
  let isPaused: Bool
  /// A result of a form, without scripts.
  let said: String?
}

extension CockpitServices {
  /// Most deliveries of a group that the page lists, before and after somebody asks for all.
  private static let (few, most) = (15, 500)

  func outboxPage(_ request: Request, _ context: CockpitContext) throws -> OutboxPageView {
    let identity = try context.signedIn()
    let owner = identity.outboxOwner
    let isOffline = try store.outbox.isOffline(identity.ownerID)
    let words = DeliveryWords(clock: clockWords(), now: clock.now(), isOffline: isOffline)
    let limit = request.uri.queryParameters["all"] == nil ? Self.few : Self.most
    let waiting = try store.outbox.waitingCounts(ownerID: owner)
    let today = Calendar.autoupdatingCurrent.startOfDay(for: clock.now())
    let synced = try store.outbox.synced(ownerID: owner, since: today, limit: limit)
    let needs = try store.outbox.waiting(ownerID: owner, needsPerson: true, limit: limit)
    let way = try store.outbox.waiting(ownerID: owner, needsPerson: false, limit: limit)
    let names = try owner == nil ? ownerNames(needs + way + synced, but: identity.ownerID) : [:]
    let ahead = Self.ahead(way)
    let tried = (needs + way + synced).map(\.entry).filter { $0.attempts > 0 || $0.claims > 0 }
    let attempts = try store.outbox.attempts(of: tried.map(\.id))
    let view = { (line: OutboxLine) in
      item(
        line, words, attempts[line.entry.id] ?? [], ahead: ahead[line.entry.id.rawValue],
        owner: names[line.entry.ownerID.rawValue])
    }
    return OutboxPageView(
      frame: try frame("Outbox", .outbox, request, context, scripts: ["/js/outbox.js"]),
      title: OutboxWords.title(waiting.all),
      line: OutboxWords.line(needs: waiting.needsPerson, waiting: waiting.all),
      offlineLine: waiting.all == 0
        ? "You are working offline. What you save is kept." : "All are safe. Nothing is sent until you switch back.",
      isOffline: isOffline, offersSendAll: configuration.flushesOffline && waiting.all > 0,
      needs: needs.map(view), needsCount: OutboxWords.count(waiting.needsPerson), way: way.map(view),
      wayCount: OutboxWords.count(waiting.all - waiting.needsPerson), synced: synced.map(view),
      syncedCount: synced.isEmpty ? nil : synced.count < limit ? "\(synced.count)" : "\(synced.count) or more",
      hasMore: needs.count < waiting.needsPerson || way.count < waiting.all - waiting.needsPerson
        || synced.count == limit,
      isPaused: try store.outbox.isPaused(), said: nil)
  }

  private func item(
    _ line: OutboxLine, _ words: DeliveryWords, _ attempts: [DeliveryAttempt], ahead: String?, owner: String?
  ) -> OutboxPageView.Item {
    let entry = line.entry
    return OutboxPageView.Item(
      id: entry.id.rawValue, notePath: "/notes/\(entry.noteID)", name: line.name, badge: BadgeView(entry.status),
      time: words.clock.moment(entry.stateChangedAt), line: words.line(entry, ahead: ahead, tries: attempts.count),
      reply: words.reply(entry), attempts: entry.state == .synced ? nil : AttemptsView(attempts, words),
      isFailed: entry.state == .failed, canHurry: entry.waitsForTry && !words.isOffline,
      isKept: entry.state == .cached && !entry.heldOffline, owner: owner)
  }

  /// Which note goes out before each that waits.
  private static func ahead(_ lines: [OutboxLine]) -> [String: String] {
    let due = lines.filter { $0.entry.state != .cached }.sorted {
      ($0.entry.nextAttemptAt ?? .distantPast, $0.entry.createdAt) < (
        $1.entry.nextAttemptAt ?? .distantPast, $1.entry.createdAt
      )
    }
    return zip(due.dropFirst(), due).reduce(into: [:]) { $0[$1.0.entry.id.rawValue] = $1.1.name }
  }

  /// How the owners of deliveries are called.
  private func ownerNames(_ lines: [OutboxLine], but own: ID<Owner>) throws -> [String: String] {
    let owners = Set(lines.map(\.entry.ownerID)).subtracting([own])
    return try owners.reduce(into: [:]) { $0[$1.rawValue] = try store.users.find($1)?.name }
  }
}

extension OutboxLine {
  fileprivate var name: String {
    [subject.account, subject.contactName].first { !$0.isEmpty } ?? "No contact yet"
  }
}

extension Identity {
  /// Whose deliveries this person sees; nil for everybody's.
  var outboxOwner: ID<Owner>? { role >= .manager ? nil : ownerID }
}

extension OutboxEntry {
  /// Whether a try failed and the next one is to come.
  var waitsForTry: Bool { state == .retrying || (state == .queued && lastError != nil) }

  /// Whether it goes no further without somebody.
  var waitsForPerson: Bool { state == .failed || (state == .cached && !heldOffline) }
}

/// The outbox page's words.
enum OutboxWords {
  static func title(_ waiting: Int) -> String {
    switch waiting {
    case 0: "Everything is in the CRM."
    case 1: "1 note is not in the CRM yet"
    default: "\(waiting) notes are not in the CRM yet"
    }
  }

  static func line(needs: Int, waiting: Int) -> String {
    if waiting == 0 { return "What you save goes out from here." }
    let safe = waiting == 1 ? "It is safe." : "All are safe."
    if needs == 0 { return "\(safe) \(waiting == 1 ? "It goes by itself." : "They go by themselves.")" }
    if needs == waiting { return "\(safe) \(waiting == 1 ? "It needs you." : "They need you.")" }
    let count = needs == 1 ? "One needs you" : "\(needs) need you"
    return "\(safe) \(count); the rest go by themselves."
  }

  static func count(_ lines: Int) -> String? { lines > 0 ? String(lines) : nil }

  /// What 'Send all now' did.
  static func sent(_ tried: Int, waits: [String]) -> String {
    let trying =
      switch tried {
      case 0: "Nothing could be tried."
      case 1: "Trying 1 note now."
      default: "Trying \(tried) notes now."
      }
    switch waits.count {
    case 0: return trying
    case 1: return "\(trying) \(waits[0]) waits for you."
    default: return "\(trying) \(waits.count) wait for you."
    }
  }
}
