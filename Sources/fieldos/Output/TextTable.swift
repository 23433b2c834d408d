/// Columns padded to their widest cell, the same on a terminal and in a pipe. Only where a terminal is too narrow is a
/// column cut.
struct TextTable {
  private let head: [String]
  private var rows: [[String]] = []
  /// The column that gives way on a narrow terminal.
  private let flexible: Int?
  private static let gap = "  "
  /// The flexible column is not cut to less.
  private static let leastWidth = 12

  init(_ head: [String], flexible: Int? = nil) {
    self.head = head
    self.flexible = flexible
  }

  /// Control characters in cells become spaces: file names and errors are quoted from elsewhere.
  mutating func add(_ row: [String]) { rows.append(row.map(Wording.plain)) }

  /// - Parameter terminalColumns: nil where no terminal shows it; nothing is cut then.
  func lines(terminalColumns: Int?) -> [String] {
    let all = [head] + rows
    var widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    if let flexible, let terminalColumns {
      let total = widths.reduce(0, +) + Self.gap.count * (widths.count - 1)
      if total > terminalColumns {
        widths[flexible] = max(min(widths[flexible], Self.leastWidth), widths[flexible] - (total - terminalColumns))
      }
    }
    return all.map { Self.line($0, widths) }
  }

  private static func line(_ row: [String], _ widths: [Int]) -> String {
    let cells = zip(row, widths).map { cell, width in
      let text = cell.count > width ? cell.prefix(max(0, width - 1)) + "…" : cell
      return text + String(repeating: " ", count: width - text.count)
    }
    let line = cells.joined(separator: gap)
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
