import Foundation

/// How fresh a file says that it is.
enum FreshWords {
  /// - Parameter text: `2026-05-13`, or a moment in ISO 8601.
  static func line(_ text: String, _ clock: ClockWords) -> String {
    if let moment = moment(text) { return "Fresh at \(clock.moment(moment))" }
    if let day = clock.start(ofDay: text) { return "Updated \(clock.day(day))" }
    return "Updated “\(text)”"
  }

  /// `13 May`; text that is no day stays as it is, nil for none.
  static func day(_ text: String, _ clock: ClockWords) -> String? {
    if text.isEmpty { return nil }
    return clock.start(ofDay: text).map { clock.day($0) } ?? text
  }

  private static func moment(_ text: String) -> Date? {
    guard text.contains("T") else { return nil }
    return try? Date(text, strategy: .iso8601)
  }
}
