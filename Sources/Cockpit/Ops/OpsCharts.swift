import Domain
import Foundation

/// Shapes for inline SVG: numbers for attributes, nothing else.
enum OpsCharts {
  /// A bar of a histogram.
  struct Bar: Sendable {
    let x: String
    let y: String
    let width: String
    let height: String
  }

  /// A histogram with its numbers for who can't see it.
  struct Histogram: Sendable {
    struct Row: Sendable {
      let label: String
      let count: Int
    }

    let bars: [Bar]
    let rows: [Row]
    let axis: [String]
    /// `Half within 9.8 s`
    let caption: String
  }

  /// The waiting notes as steps.
  struct Steps: Sendable {
    let area: String
    let line: String
    let limit: String
  }

  static let (width, height, shortHeight) = (480.0, 136.0, 96.0)

  /// - Parameter limit: drawn as a dashed line.
  static func steps(_ values: [Int], limit: Int) -> Steps {
    let top = Double(max(values.max() ?? 0, limit + 1))
    let wide = width / Double(max(1, values.count))
    func y(_ value: Int) -> String { text(height - Double(value) / top * (height - 4)) }
    var path = "M0,\(y(values.first ?? 0))"
    for (index, value) in values.enumerated() {
      path += " L\(text(Double(index) * wide)),\(y(value)) L\(text(Double(index + 1) * wide)),\(y(value))"
    }
    return Steps(
      area: "\(path) L\(text(width)),\(text(height)) L0,\(text(height)) Z", line: path,
      limit: "M0,\(y(limit)) H\(text(width))")
  }

  /// A small line for a row, nil for fewer than two values.
  static func spark(_ values: [Double]) -> String? {
    guard values.count > 1 else { return nil }
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let range = high - low
    return values.enumerated().map { index, value in
      let x = Double(index) * 96 / Double(values.count - 1)
      let y = range > 0 ? 26 - (value - low) / range * 24 : 14
      return "\(text(x)),\(text(y))"
    }.joined(separator: " ")
  }

  /// - Parameters:
  ///   - bounds: upper ends of the bars, rising; the last bar takes what is beyond too.
  ///   - unit: behind numbers, such as ` s`.
  static func histogram(_ values: [Double], bounds: [Double], unit: String, half: String) -> Histogram? {
    guard let median = Quantile.of(values, 0.5) else { return nil }
    var counts = bounds.map { _ in 0 }
    for value in values { counts[bounds.firstIndex { value <= $0 } ?? bounds.count - 1] += 1 }
    let top = Double(max(1, counts.max() ?? 1))
    let wide = width / Double(bounds.count)
    let bars = counts.enumerated().map { index, count in
      let tall = Double(count) / top * shortHeight
      return Bar(
        x: text(Double(index) * wide + 2), y: text(shortHeight - tall), width: text(wide - 4), height: text(tall))
    }
    let rows = zip(bounds, counts).enumerated().map { index, pair in
      let isLast = index == bounds.count - 1
      let from = index == 0 ? 0 : bounds[index - 1]
      let label = isLast ? "over \(short(from))\(unit)" : "\(short(from)) to \(short(pair.0))\(unit)"
      return Histogram.Row(label: label, count: pair.1)
    }
    let marks = [0, bounds[bounds.count / 3 - 1], bounds[bounds.count * 2 / 3 - 1]].map { short($0) + unit }
    return Histogram(
      bars: bars, rows: rows, axis: marks + ["more"], caption: half.replacing("#", with: short(median)))
  }

  /// At most two digits behind the point.
  static func short(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() && abs(rounded) < 1e12 ? String(Int(rounded)) : String(rounded)
  }

  private static func text(_ value: Double) -> String { String(format: "%.1f", value) }
}
