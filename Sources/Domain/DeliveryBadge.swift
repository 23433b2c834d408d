public import Foundation

/// How a delivery is shown, wherever it is shown: a word, a colour, when, the CRM's code and its explanation.
public struct DeliveryBadge: Sendable, Equatable {
  /// Names of colours; a page maps them to its own palette.
  public enum Colour: String, Sendable {
    case blue, green, grey, yellow, red
    /// Nothing has happened yet: an outline.
    case outline
  }

  public let label: String
  public let colour: Colour
  /// When it came to this, nil before anything did.
  public let time: Date?
  public let responseCode: Int?
  /// Plain text on one line, never markup: a page puts it in as text, or takes ``htmlError``. Nil once it is synced.
  public let error: String?

  /// Longest explanation that is shown, in characters.
  static let errorLimit = 300

  /// - Parameter status: nil where the note has no outbox row.
  public init(_ status: DeliveryStatus?) {
    guard let status else {
      self.init(label: "Not sent yet", colour: .outline, time: nil, responseCode: nil, error: nil)
      return
    }
    let (label, colour) = Self.look(of: status.state)
    self.init(
      label: label, colour: colour, time: status.timestamp, responseCode: status.responseCode,
      error: Self.explanation(of: status))
  }

  private init(label: String, colour: Colour, time: Date?, responseCode: Int?, error: String?) {
    self.label = label
    self.colour = colour
    self.time = time
    self.responseCode = responseCode
    self.error = error
  }

  /// `label • HH:MM • HTTP code • error`, without the parts that there are none of.
  public func line(zone: TimeZone) -> String {
    let time = time.map { String(Timestamp.local($0, zone: zone).dropFirst(11).prefix(5)) }
    return [label, time, responseCode.map { "HTTP \($0)" }, error].compactMap(\.self).joined(separator: " • ")
  }

  /// ``error`` for places that take HTML only.
  public var htmlError: String? {
    error.map { text in
      [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")]
        .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
  }

  private static func look(of state: DeliveryState) -> (String, Colour) {
    switch state {
    case .queued, .sending: ("Queued", .blue)
    case .synced: ("Synced", .green)
    case .retrying: ("Retrying", .yellow)
    case .cached: ("Cached offline", .grey)
    case .failed: ("Failed", .red)
    case .superseded: ("Replaced", .grey)
    }
  }

  private static func explanation(of status: DeliveryStatus) -> String? {
    switch status.state {
    case .synced: return nil
    case .superseded: return "A newer version was saved before this one was sent."
    case .cached where status.heldOffline: return "You are working offline."
    case .retrying where status.unknownOutcome && status.responseCode == nil: return "No reply in time"
    default: return status.error.map(plain)
    }
  }

  /// One line without control characters: a CRM's words are not ours.
  private static func plain(_ text: String) -> String {
    let kept = text.unicodeScalars.map { scalar in
      [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        ? " " : scalar
    }
    return String(String(String.UnicodeScalarView(kept)).prefix(errorLimit))
  }
}

/// The short notices that a page shows when a delivery changes.
public enum DeliveryToast {
  /// A note was saved.
  public static let saved = "Saved locally & queued CRM sync."

  /// - Returns: nil for states that are not news: queued, sending, superseded.
  /// - Parameter zone: in which the time is told.
  public static func text(for status: DeliveryStatus, zone: TimeZone) -> String? {
    switch status.state {
    case .synced: "Synced to CRM at \(Timestamp.local(status.timestamp, zone: zone))"
    case .cached: "Offline: payload cached for CRM sync"
    case .retrying: "CRM push failed, retrying shortly…"
    case .failed: "CRM push failed: \(DeliveryBadge(status).error ?? "no explanation")"
    case .queued, .sending, .superseded: nil
    }
  }

  /// A flush has run.
  public static func flushed(_ count: Int) -> String { "Flushed \(count) cached notes." }
}
