import Domain
import Foundation

/// A recording in a list: how far it has come, as discs and in words.
struct SpokenView: Sendable {
  struct Stop: Sendable { let look: String }

  let account: String
  let link: String
  let stops: [Stop]
  let badge: String
  let badgeLook: String
  let icon: String
  let line: String

  init(_ spoken: SpokenClip, _ words: DayWords, isDated: Bool = false) {
    account = spoken.about.isEmpty ? "Nobody named yet" : spoken.about
    link = "/notes/" + spoken.noteID.rawValue
    (badge, badgeLook, icon) = Self.badge(spoken.delivery?.state)
    stops = Self.stops(spoken).map(Stop.init)
    let time = isDated ? words.stamp(spoken.at) : words.time(spoken.at)
    line = "\(time). \(Self.told(spoken, words))"
  }

  private static func badge(_ state: DeliveryState?) -> (String, String, String) {
    switch state {
    case .queued, .sending: ("Queued", "queued", "queue")
    case .synced: ("Synced", "synced", "done")
    case .retrying: ("Retrying", "retry", "turn")
    case .cached: ("Cached", "cached", "device")
    case .failed: ("Failed", "failed", "stopsign")
    case .superseded: ("Replaced", "cached", "turn")
    case nil: ("Not sent yet", "draft", "pen")
    }
  }

  /// Phone, server, words, CRM: a stop is filled only by what is durable there. A note that was typed has words.
  private static func stops(_ spoken: SpokenClip) -> [String] {
    if spoken.isComing { return ["done", "now queued", "", ""] }
    let heard = spoken.hasWords || !spoken.hasSound ? "done" : spoken.wordsFailed ? "bad failed" : "now queued"
    let delivered =
      switch spoken.delivery?.state {
      case .synced: "done"
      case .queued, .sending: "now queued"
      case .retrying: "now retry"
      case .failed: "bad failed"
      case .cached, .superseded, nil: ""
      }
    return ["done", "done", heard, delivered]
  }

  private static func told(_ spoken: SpokenClip, _ words: DayWords) -> String {
    guard let delivery = spoken.delivery else {
      if spoken.isComing { return "Recording, or on its way here" }
      if spoken.hasWords || !spoken.hasSound { return "Nothing has been sent" }
      return spoken.wordsFailed ? "No transcript. The audio is safe" : "Saved. Words follow"
    }
    switch delivery.state {
    case .synced: return "In the CRM \(words.time(delivery.timestamp))"
    case .queued, .sending: return "On its way"
    case .cached: return delivery.heldOffline ? "You are working offline" : "The CRM could not be reached"
    case .superseded: return "A newer version takes its place"
    case .retrying, .failed: return Self.trouble(delivery)
    }
  }

  private static func trouble(_ delivery: DeliveryStatus) -> String {
    switch delivery.responseCode {
    case 401, 403: "The CRM does not accept our key"
    case 429: "The CRM asked us to wait"
    case .some(let code) where code >= 500: "The CRM is not available (\(code))"
    case .some(let code): "The CRM refused this note (\(code))"
    case nil: delivery.unknownOutcome ? "No reply in time" : "The CRM could not be reached"
    }
  }
}
