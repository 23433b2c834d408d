import Domain
import Foundation

/// How the `fieldos crm` commands lay out what they found.
enum CRMOutput {
  /// Columns two spaces apart, as wide as their widest cell.
  static func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { row[$0].padding(toLength: widths[$0], withPad: " ", startingAt: 0) }
      return cells.joined(separator: "  ").replacing(/\s+$/, with: "")
    }.joined(separator: "\n")
  }

  /// One document with sorted keys; what there is none of is null.
  static func json(_ object: [String: Any?]) throws -> String {
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try JSONSerialization.data(withJSONObject: nulled(object), options: options), as: UTF8.self)
  }

  static func nulled(_ object: [String: Any?]) -> [String: Any] {
    object.mapValues { $0 ?? NSNull() }
  }

  /// `11:44, in 2 min`; with the day where it is another.
  static func time(_ date: Date, now: Date, zone: TimeZone = .current) -> String {
    let text = Timestamp.local(date, zone: zone)
    let today = Timestamp.local(now, zone: zone).prefix(10)
    let clock = text.dropFirst(11).prefix(5)
    let seconds = date.timeIntervalSince(now)
    let far = span(abs(seconds))
    return (text.hasPrefix(today) ? "" : "\(text.prefix(10)) ") + clock + (seconds > 0 ? ", in \(far)" : ", \(far) ago")
  }

  private static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(seconds.rounded())) s"
    case ..<5_400: "\(Int((seconds / 60).rounded())) min"
    case ..<172_800: "\(Int((seconds / 3_600).rounded())) h"
    default: "\(Int((seconds / 86_400).rounded())) days"
    }
  }
}
