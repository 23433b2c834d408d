import Foundation

/// A bar on standard error, drawn only where that is a terminal.
struct ProgressBar {
  private let label: String
  private let total: Double
  private static let width = 30

  init(_ label: String, total: Double) {
    self.label = label
    self.total = total
  }

  /// - Parameter note: what stands behind the bar, such as how much that is.
  func show(_ done: Double, note: String = "") {
    guard Console.isTerminal, total > 0 else { return }
    let share = min(1, max(0, done / total))
    let filled = Int((share * Double(Self.width)).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.width - filled)
    Console.rawError("\r\u{1B}[K\(label) \(bar) \(Int(share * 100)) % \(note)")
  }

  func clear() {
    if Console.isTerminal { Console.rawError("\r\u{1B}[K") }
  }
}
