import Capture
import Domain
import Foundation
import Hummingbird

/// What people and browsers are told when a recording or a file is refused.
struct CaptureWords: Sendable {
  let maxSeconds: Int
  let maxBytes: Int

  init(_ configuration: CockpitConfiguration) {
    maxSeconds = configuration.audioMaxSeconds
    maxBytes = configuration.uploadMaxBytes
  }

  static let notAudio = "This is not audio that we can read."

  var limit: String { Self.span(maxSeconds) }

  /// `15 minutes`, `1 minute`, `30 seconds`, `1:30 minutes`.
  static func span(_ seconds: Int) -> String {
    if seconds < 60 { return "\(seconds) seconds" }
    if seconds == 60 { return "1 minute" }
    return seconds % 60 == 0 ? "\(seconds / 60) minutes" : "\(clock(Double(seconds))) minutes"
  }

  /// `50 MB`, `1.5 MB`, `200 kB`.
  var size: String {
    guard maxBytes >= 1 << 20 else { return "\(max(1, maxBytes / 1024)) kB" }
    let tenths = maxBytes * 10 / (1 << 20)
    return tenths % 10 == 0 ? "\(tenths / 10) MB" : "\(tenths / 10).\(tenths % 10) MB"
  }

  var tooLarge: String { "Larger than \(size)." }

  func tooLong(_ seconds: Double) -> String { "Longer than \(limit) (it is \(Self.clock(seconds)))." }

  /// `0:31`, `22:10`, `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.down))
    let (minutes, rest) = (whole / 60, String(format: "%02d", whole % 60))
    return minutes < 60 ? "\(minutes):\(rest)" : "\(minutes / 60):\(String(format: "%02d", minutes % 60)):\(rest)"
  }

  /// `1 min 12 s`, `12 s`, `2 min`.
  static func length(_ seconds: Double) -> String {
    let whole = max(1, Int(seconds.rounded()))
    let parts = [whole >= 60 ? "\(whole / 60) min" : nil, whole % 60 > 0 ? "\(whole % 60) s" : nil]
    return parts.compactMap { $0 }.joined(separator: " ")
  }

  /// The answer that an error deserves.
  func answer(_ error: CaptureError) -> HTTPError {
    switch error {
    case .tooLarge: HTTPError(.contentTooLarge, message: tooLarge)
    case .recordingTooLong(let limit):
      HTTPError(
        .contentTooLarge, message: "\(Self.span(limit)) is the limit, so recording stopped. All of it is saved.")
    case .empty, .nothingRecorded: HTTPError(.unprocessableContent, message: "Nothing was recorded.")
    case .damagedOnTheWay, .notAChunk:
      HTTPError(.unprocessableContent, message: "A part was damaged on its way. It is sent again.")
    case .notAsDeclared:
      HTTPError(.unprocessableContent, message: "The parts are not those that were recorded. All are kept.")
    case .chunkTaken:
      HTTPError(.conflict, message: "The server has another part under this number. Both are kept.")
    case .recordingClosed: HTTPError(.conflict, message: "This recording was finished already.")
    case .chunksMissing: HTTPError(.conflict, message: "Parts are missing. They are sent again.")
    default: HTTPError(.internalServerError, message: "The server could not keep it. It is kept on this phone.")
    }
  }
}

/// A moment of the past as people say it.
enum PastMoment {
  /// `today 9:15`, `yesterday 9:15`, `12 May, 9:15`.
  static func words(_ date: Date, now: Date) -> String {
    let time = format(date, "H:mm")
    if Calendar.current.isDate(date, inSameDayAs: now) { return "today \(time)" }
    if Calendar.current.isDate(date, inSameDayAs: now - 86_400) { return "yesterday \(time)" }
    return "\(format(date, "d MMM")), \(time)"
  }

  static func format(_ date: Date, _ pattern: String) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = pattern
    return formatter.string(from: date)
  }
}
