/// Prometheus' text format 0.0.4, written line by line.
struct MetricsText {
  enum Kind: String {
    case counter, gauge, histogram
  }

  private(set) var text = ""

  /// Begins a metric; its samples follow.
  mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
    let all = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    text += name + (all.isEmpty ? "" : "{\(all)}") + " \(Self.number(value))\n"
  }

  mutating func gauge(_ name: String, _ help: String, _ value: Double) {
    begin(name, .gauge, help)
    sample(name, [], value)
  }

  mutating func counter(_ name: String, _ help: String, _ value: Double) {
    begin(name, .counter, help)
    sample(name, [], value)
  }

  /// - Parameter buckets: bounds, rising, with how many values do not exceed each.
  mutating func histogram(_ name: String, _ help: String, _ buckets: [(Double, Int)], count: Int, sum: Double) {
    begin(name, .histogram, help)
    for (bound, number) in buckets { sample(name + "_bucket", [("le", Self.number(bound))], Double(number)) }
    sample(name + "_bucket", [("le", "+Inf")], Double(count))
    sample(name + "_sum", [], sum)
    sample(name + "_count", [], Double(count))
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
