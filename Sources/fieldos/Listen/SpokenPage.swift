/// Text that grows on a terminal: lines that are full stay as they are; the last one and what is only suggested behind it
/// are drawn anew each time. Pure: gives the characters to write.
struct SpokenPage {
  /// Committed text of the last line.
  private var line = ""
  /// Rows below the first one that the last drawing took.
  private var rowsBelow = 0
  private var suggestion: [String] = []

  private static let dim = "\u{1B}[2m"
  private static let normal = "\u{1B}[0m"

  /// Words that will not change any more.
  mutating func append(_ words: [String], width: Int) -> String {
    var full: [String] = []
    for word in words { Self.put(word, on: &line, full: &full, width: width) }
    suggestion = []
    return redraw(full, width: width)
  }

  /// What may come next.
  mutating func suggest(_ text: String, width: Int) -> String {
    suggestion = text.split(separator: " ").map { " " + $0 }
    return redraw([], width: width)
  }

  /// Ends the line, without what was suggested.
  mutating func newLine() -> String {
    guard !line.isEmpty || !suggestion.isEmpty else { return "" }
    suggestion = []
    let text = erased + line + "\n"
    (line, rowsBelow) = ("", 0)
    return text
  }

  /// Back to the first column of the first row that may be drawn anew, and everything behind it gone.
  private var erased: String { (rowsBelow > 0 ? "\u{1B}[\(rowsBelow)A" : "") + "\r\u{1B}[J" }

  private mutating func redraw(_ full: [String], width: Int) -> String {
    var text = erased + full.map { $0 + "\n" }.joined() + line
    var (last, rows): (String, [String]) = (line, [])
    for word in suggestion { Self.put(word, on: &last, full: &rows, width: width) }
    let drawn = (rows + [last]).enumerated().map { $0 == 0 ? String($1.dropFirst(line.count)) : $1 }
    rowsBelow = rows.count
    if !suggestion.isEmpty { text += Self.dim + drawn.joined(separator: "\n") + Self.normal }
    return text
  }

  /// Puts a word behind the others of a line; what doesn't fit begins the next, and a word that fits nowhere is cut.
  private static func put(_ word: String, on line: inout String, full: inout [String], width: Int) {
    // The last column stays free: some terminals begin a new row as soon as it is written to.
    let room = max(1, width - 1)
    if cells(line) + cells(word) <= room || (line.isEmpty && cells(bare(word)) <= room) {
      line += line.isEmpty ? bare(word) : word
      return
    }
    if !line.isEmpty {
      full.append(line)
      line = ""
    }
    for character in bare(word) {
      if !line.isEmpty, cells(line) + cells(String(character)) > room {
        full.append(line)
        line = ""
      }
      line.append(character)
    }
  }

  private static func bare(_ word: String) -> String { String(word.drop { $0 == " " }) }

  /// Columns that a text takes: East Asian characters take two.
  private static func cells(_ text: String) -> Int {
    text.reduce(0) { $0 + ($1.unicodeScalars.first.map(isWide) == true ? 2 : 1) }
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    [0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60]
      .contains { $0.contains(Int(scalar.value)) } || scalar.properties.isEmojiPresentation
  }
}
