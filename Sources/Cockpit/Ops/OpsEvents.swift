import Domain
import Foundation
import Storage

/// Which events the table shows.
enum OpsFilter: String, CaseIterable, Sendable {
  case all, delivery, transcription, queues

  var label: String {
    switch self {
    case .all: "All"
    case .delivery: "CRM"
    case .transcription: "Words"
    case .queues: "Queues"
    }
  }

  /// Beginnings of kinds.
  var kinds: [String] {
    let (delivery, work) = (["crm.", "breaker."], ["job."])
    switch self {
    case .all: return delivery + work + ["queue.", "clip.missing", "clip.purged", "stream.ended"]
    case .delivery: return delivery
    case .transcription: return work + ["stream.ended"]
    case .queues: return ["queue.", "breaker."]
    }
  }
}

/// A row of the table of recent events.
struct OpsEventView: Sendable {
  let time: String
  let badge: BadgeView
  let what: String
  let code: String
  /// `0.4 s`, empty where nothing was under way.
  let took: String
  let openPath: String?
  /// Where a delivery that waits or was given up is tried again.
  let retryPath: String?
  let asidePath: String?
  let cancelPath: String?
  let replayPath: String?
  /// The facts of the event, as it was written; nil for who sees only their own notes.
  let details: String?
}

/// Reads events and words them.
struct OpsEvents {
  /// Rows of the table.
  private static let most = 40

  let services: CockpitServices
  let clock: ClockWords
  let identity: Identity
  private var mayAct: Bool { identity.role >= .manager }

  /// Managers see everybody's, with what can be done about them; reps see their own, and those of the queues.
  func list(_ filter: OpsFilter, since: Date) throws -> [OpsEventView] {
    let events = try services.store.events.latest(
      filter.kinds, since: since, limit: mayAct ? Self.most : Self.most * Self.reach
    ).filter { mayAct || $0.ownerID == identity.ownerID || Self.isEveryones($0) }
    var acted: Set<String> = []
    return try events.prefix(Self.most).map { event in
      // Only the newest row of a thing offers to do something with it.
      try view(event, isLatest: mayAct && acted.insert(event.subjectID).inserted)
    }
  }

  /// How many times the table's rows a rep's own are looked for in.
  private static let reach = 25

  private static func isEveryones(_ event: Event) -> Bool {
    event.kind.hasPrefix("queue.") || event.kind.hasPrefix("breaker.")
  }

  /// What the attempt took that ended with the event; empty where none did.
  private func took(_ start: Date?, _ event: Event) -> String {
    start.map { OpsCharts.short(max(0, event.at.timeIntervalSince($0))) + " s" } ?? ""
  }

  private func view(_ event: Event, isLatest: Bool) throws -> OpsEventView {
    let subject = event.kind.split(separator: ".").first.map(String.init) ?? ""
    let facts = (try? JSONSerialization.jsonObject(with: Data(event.json.utf8))) as? [String: Any] ?? [:]
    switch subject {
    case "crm": return try delivery(event, facts, isLatest)
    case "job": return try job(event, facts, isLatest)
    default: return other(event)
    }
  }

  private func delivery(_ event: Event, _ facts: [String: Any], _ isLatest: Bool) throws -> OpsEventView {
    let entry = try services.store.outbox.find(ID(rawValue: event.subjectID))
    let state = DeliveryState(rawValue: String(event.kind.dropFirst(4)))
    let status = state.map {
      DeliveryStatus(state: $0, timestamp: event.at, responseCode: nil, error: nil)
    }
    let attempts = (facts["crm_attempts"] as? Int).flatMap { $0 > 0 ? ", try \($0)" : nil } ?? ""
    let error = (facts["crm_error"] as? String).map { ": " + $0.prefix(200) } ?? ""
    let note = entry.map { $0.noteID.rawValue.prefix(8) } ?? "that is gone"
    let waits = isLatest && (entry.map { $0.state.isPending } ?? false)
    let isKept = isLatest && (entry.map { $0.state.isKept } ?? false)
    return OpsEventView(
      time: clock.second(event.at), badge: BadgeView(status), what: "Note \(note) to the CRM\(attempts)\(error)",
      code: (facts["crm_response_code"] as? Int).map(String.init) ?? "",
      took: took(
        try services.store.outbox.attempts(of: ID(event.subjectID)).last { $0.endedAt == event.at }?.startedAt, event),
      openPath: entry.map { "/notes/\($0.noteID.rawValue)#crm" },
      retryPath: waits || isKept ? "/ops/outbox/\(event.subjectID)/retry" : nil,
      asidePath: waits ? "/ops/outbox/\(event.subjectID)/aside" : nil, cancelPath: nil, replayPath: nil,
      details: details(event))
  }

  private func job(_ event: Event, _ facts: [String: Any], _ isLatest: Bool) throws -> OpsEventView {
    let job = try services.store.jobs.find(ID(rawValue: event.subjectID))
    let state = String(event.kind.dropFirst(4))
    let error = (facts["error"] as? String).map { ": " + $0.prefix(200) } ?? ""
    let looks: [String: (String, String, String)] = [
      "available": ("queued", "queue", "Queued"), "running": ("queued", "load", "Running"),
      "retryable": ("retry", "turn", "Retrying"), "completed": ("synced", "done", "Finished"),
      "dead": ("failed", "stopsign", "Failed"), "cancelled": ("draft", "close", "Cancelled"),
    ]
    let look = looks[state] ?? ("draft", "pulse", state.capitalized)
    let isDown = isLatest && (job.map { $0.state == .dead || $0.state == .cancelled } ?? false)
    return OpsEventView(
      time: clock.second(event.at), badge: BadgeView(look: look.0, icon: look.1, word: look.2),
      what: "Words of recording \(job.map { $0.clipID.rawValue.prefix(8) } ?? "that is gone")\(error)", code: "",
      took: took(
        try services.store.jobs.attempts(of: ID(event.subjectID)).last { $0.endedAt == event.at }?.startedAt, event),
      openPath: nil, retryPath: nil, asidePath: nil,
      cancelPath: isLatest && (job?.state.isPending ?? false) ? "/ops/jobs/\(event.subjectID)/cancel" : nil,
      replayPath: isDown ? "/ops/jobs/\(event.subjectID)/replay" : nil, details: details(event))
  }

  private func details(_ event: Event) -> String? { mayAct ? event.json : nil }

  private func other(_ event: Event) -> OpsEventView {
    let known: [String: (String, String, String, String)] = [
      "breaker.open": ("failed", "stopsign", "Down", "The CRM stopped answering; delivery slowed down"),
      "breaker.half_open": ("retry", "turn", "Probing", "One note is tried at the CRM"),
      "breaker.closed": ("synced", "done", "Back", "The CRM answers again"),
      "queue.paused": ("retry", "pause", "Paused", "The queue \(event.subjectID) was paused"),
      "queue.resumed": ("synced", "play", "Resumed", "The queue \(event.subjectID) goes on"),
      "clip.missing": ("failed", "stopsign", "Gone", "A recording is gone from the data folder"),
      "clip.purged": ("cached", "clock", "Removed", "Audio was removed, as retention is set"),
      "stream.ended": ("synced", "mic", "Spoken", "A recording with live words ended"),
    ]
    let look = known[event.kind] ?? ("draft", "pulse", "Event", event.kind)
    return OpsEventView(
      time: clock.second(event.at), badge: BadgeView(look: look.0, icon: look.1, word: look.2), what: look.3, code: "",
      took: "", openPath: nil, retryPath: nil, asidePath: nil, cancelPath: nil, replayPath: nil,
      details: details(event))
  }
}
