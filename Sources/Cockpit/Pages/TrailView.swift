import Domain
import Foundation

/// A trail as `parts/trail` and `parts/minitrail` show it.
struct TrailView: Sendable {
  struct StopView: Sendable {
    /// Class of the stop: `done`, `now`, `bad` and the state's colour.
    let look: String
    let name: String
    /// A time or reason.
    let words: String
  }

  let stops: [StopView]

  init(_ trail: Trail, _ clock: ClockWords) {
    stops = trail.stops.map { stop in
      StopView(look: Self.look(stop), name: Self.name(stop.place), words: Self.words(stop, clock))
    }
  }

  private static func name(_ place: Trail.Place) -> String {
    switch place {
    case .phone: "Phone"
    case .server: "Server"
    case .words: "Words"
    case .crm: "CRM"
    }
  }

  private static func look(_ stop: Trail.Stop) -> String {
    switch (stop.state, stop.reason) {
    case (.done, _): "done"
    case (.ahead, _): ""
    case (.bad, _): "bad failed"
    case (.now, .retry): "now retry"
    case (.now, .offline), (.now, .kept): "now cached"
    case (.now, .queued), (.now, .sending): "now queued"
    case (.now, _): "now"
    }
  }

  private static func words(_ stop: Trail.Stop, _ clock: ClockWords) -> String {
    switch stop.reason {
    case nil: stop.at.map(clock.moment) ?? ""
    case .recording: "Recording"
    case .empty: "Nothing yet"
    case .waits: "Waits its turn"
    case .works: "Being written"
    case .noWords: "No transcript"
    case .stopped: "Stopped"
    case .off: "Off"
    case .notSent: "Not sent yet"
    case .queued: "Waits"
    case .sending: "Sending"
    case .retry(let at): at.map { "Try at \(clock.moment($0))" } ?? "Tries again"
    case .offline: "Working offline"
    case .kept: "Kept"
    case .refused(let code): code.map { (400..<500).contains($0) } == true ? "Refused" : "Not delivered"
    }
  }
}

/// A delivery's state as `parts/badge` shows it: shape, word and colour.
struct BadgeView: Sendable {
  let look: String
  let icon: String
  let word: String

  init(look: String, icon: String, word: String) {
    (self.look, self.icon, self.word) = (look, icon, word)
  }

  /// - Parameter status: nil where nothing was ever saved for the CRM.
  init(_ status: DeliveryStatus?) {
    (look, icon, word) =
      switch status?.state {
      case .queued, .sending: ("queued", "queue", "Queued")
      case .synced: ("synced", "done", "Synced")
      case .cached: ("cached", "device", "Cached")
      case .retrying: ("retry", "turn", "Retrying")
      case .failed: ("failed", "stopsign", "Failed")
      case .superseded, nil: ("draft", "pen", "Not sent yet")
      }
  }
}
