import Domain
import Foundation
import Notes
import Storage

/// The note's way to the CRM: what will be sent, what was, and how it went.
struct CRMView: Sendable {
  struct Sent: Sendable {
    /// `9:16 · 201`
    let when: String
    let line: String
    let reply: ReplyView?
    let canRetry: Bool
    let payload: String
    let attempts: AttemptsView?
  }

  let badge: BadgeView
  /// nil where nothing was ever sent.
  let sent: Sent?
  /// What the next send would carry; nil where it is what was sent already, or nobody was chosen.
  let preview: String?
  let needsContact: Bool

  init(_ desk: NoteDesk, _ words: DeliveryWords, zone: TimeZone = .autoupdatingCurrent) throws {
    let store = desk.services.store
    let entries = try store.outbox.entries(of: desk.draft.id)
    let latest = entries.first
    badge = BadgeView(latest?.status)
    let next = try desk.payload().map { $0.payload(at: words.now, zone: zone) }
    needsContact = next == nil
    preview = try next.flatMap { next in
      try latest.map { Self.isSame($0.payload, next) } == true ? nil : Self.pretty(next.json())
    }
    sent = try latest.map { entry in
      let attempts = try entries.reversed().flatMap { try store.outbox.attempts(of: $0.id) }
      let mine = try store.outbox.attempts(of: entry.id).count
      let time = [words.clock.moment(entry.stateChangedAt), entry.responseCode.map(String.init)]
      return Sent(
        when: time.compactMap(\.self).joined(separator: " · "), line: words.line(entry, tries: mine),
        reply: words.reply(entry), canRetry: entry.state.isKept || entry.state == .retrying,
        payload: Self.pretty(OutboundPayload.stripped(entry.payload)), attempts: AttemptsView(attempts, words))
    }
  }

  /// JSON for people to read.
  static func pretty(_ json: Data) -> String {
    guard let object = try? JSONSerialization.jsonObject(with: json),
      let data = try? JSONSerialization.data(
        withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    else { return String(decoding: json, as: UTF8.self) }
    return String(decoding: data, as: UTF8.self)
  }

  /// Whether a stored payload says the same, whenever it was made.
  static func isSame(_ stored: Data, _ next: CRMPayload) -> Bool {
    guard var known = try? JSONDecoder().decode(CRMPayload.self, from: stored) else { return false }
    known.timestamp = next.timestamp
    return known == next
  }
}

/// The bar that sends.
struct SendBarView: Sendable {
  let line: String
  let label: String
  /// `1 next step, no quote`
  let detail: String
  let needsContact: Bool

  init(_ desk: NoteDesk, _ crm: CRMView, latest: OutboxEntry?, words: DeliveryWords, steps: Int, hasQuote: Bool) {
    needsContact = crm.needsContact
    label = words.isOffline ? "Save and queue" : "Save and send to CRM"
    let count = steps == 0 ? "No next steps" : steps == 1 ? "1 next step" : "\(steps) next steps"
    detail = words.isOffline ? "Sends when you are back online" : "\(count), \(hasQuote ? "a quote" : "no quote")"
    line = Self.line(desk.draft, latest, isChanged: crm.preview != nil, words)
  }

  private static func line(_ draft: Draft, _ latest: OutboxEntry?, isChanged: Bool, _ words: DeliveryWords) -> String {
    let saved = draft.version > 0 ? "Draft saved \(words.clock.moment(draft.updatedAt)). " : ""
    guard let latest else { return saved + "Nothing leaves this server until you send." }
    if isChanged { return saved + "Changed since it was sent." }
    switch latest.state {
    case .synced: return "In the CRM at \(words.clock.moment(latest.stateChangedAt))."
    case .queued, .sending: return words.isOffline ? "Saved. " + words.line(latest) : "Saved. Sending now."
    case .cached, .failed, .retrying: return "Saved. " + words.line(latest)
    case .superseded: return saved
    }
  }
}
