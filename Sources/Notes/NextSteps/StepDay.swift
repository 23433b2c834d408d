public import Foundation

/// A day of the Gregorian calendar, without a time or a zone. Weeks begin on Monday.
public struct StepDay: Sendable, Hashable, Comparable, Codable {
  public let year: Int
  /// 1...12.
  public let month: Int
  /// 1...31.
  public let day: Int

  /// - Returns: nil where there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    self.init(serial: Self.serial(year, month, day))
  }

  /// The day on which a moment falls.
  public init(_ date: Date, in zone: TimeZone) {
    let seconds = date.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: date))
    let days = (seconds / 86_400).rounded(.down)
    self.init(serial: Int(max(-719_162, min(days, 2_932_896))))
  }

  /// - Parameter text: `2026-05-22`.
  public init?(iso text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// From days since 1970-01-01, after Howard Hinnant's `civil_from_days`.
  init(serial: Int) {
    let shifted = serial + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  var serial: Int { Self.serial(year, month, day) }

  /// 0 for Monday to 6 for Sunday.
  public var weekday: Int { ((serial + 3) % 7 + 7) % 7 }

  /// The day so many days later.
  public func adding(days: Int) -> StepDay { StepDay(serial: serial + days) }

  /// The same day so many months later, or that month's last.
  func adding(months: Int) -> StepDay {
    let all = year * 12 + month - 1 + months
    let (year, month) = (all / 12, all % 12 + 1)
    return StepDay(serial: Self.serial(year, month, min(day, Self.length(ofMonth: month, year: year))))
  }

  var monday: StepDay { adding(days: -weekday) }
  var lastOfMonth: StepDay {
    StepDay(serial: Self.serial(year, month, Self.length(ofMonth: month, year: year)))
  }

  public static func < (one: StepDay, other: StepDay) -> Bool { one.serial < other.serial }

  /// `2026-05-22`.
  public var iso: String {
    let pad = { (value: Int, width: Int) in
      String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
    }
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
  }

  /// `Fri 22 May`, with the year where it is not that of the other day.
  public func short(beside other: StepDay? = nil) -> String {
    let text = "\(Self.weekdays[weekday]) \(day) \(Self.months[month - 1])"
    guard let other, other.year != year else { return text }
    return "\(text) \(year)"
  }

  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func length(ofMonth month: Int, year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// After Howard Hinnant's `days_from_civil`.
  private static func serial(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension StepDay {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let day = StepDay(iso: text) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no such day"))
    }
    self = day
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(iso)
  }
}
