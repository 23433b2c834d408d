import Domain
import Foundation

/// Times as people read them: short in local time, and how far away.
struct Moment {
  let now: Date
  let zone: TimeZone

  init(now: Date = Date(), zone: TimeZone = .current) {
    self.now = now
    self.zone = zone
  }

  /// `14:05 (in 4 min)`, `11-21 09:30 (1 d ago)`.
  func text(_ date: Date) -> String { "\(short(date)) (\(relative(date)))" }

  /// Hours and minutes; the day where it isn't today, the year where it isn't this one.
  func short(_ date: Date) -> String {
    let (local, today) = (Timestamp.local(date, zone: zone), Timestamp.local(now, zone: zone))
    let time = local.dropFirst(11).prefix(5)
    if local.prefix(10) == today.prefix(10) { return String(time) }
    return "\(local.prefix(4) == today.prefix(4) ? local.dropFirst(5).prefix(5) : local.prefix(10)) \(time)"
  }

  /// `now`, `in 12 s`, `4 min ago`, `in 3 h`, `2 d ago`: the largest unit that fits, rounded down.
  func relative(_ date: Date) -> String {
    let seconds = date.timeIntervalSince(now)
    guard abs(seconds) >= 1 else { return "now" }
    let length = Self.length(seconds)
    return seconds > 0 ? "in \(length)" : "\(length) ago"
  }

  /// `12 s`, `4 min`, `3 h`, `2 d`.
  static func length(_ seconds: TimeInterval) -> String {
    let size = abs(seconds)
    guard size.isFinite, size < 1e12 else { return "ages" }
    return switch size {
    case ..<60: "\(Int(size)) s"
    case ..<3_600: "\(Int(size / 60)) min"
    case ..<86_400: "\(Int(size / 3_600)) h"
    default: "\(Int(size / 86_400)) d"
    }
  }
}
