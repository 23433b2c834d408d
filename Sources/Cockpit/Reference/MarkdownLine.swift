/// What the start of a line says about it.
enum MarkdownLine {
  /// The sign of a list's item.
  struct Marker: Equatable {
    let indent: Int
    /// Where the item's text begins.
    let content: Int
    let isNumbered: Bool
  }

  static func indent(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }

  /// `## Title` with or without signs behind it.
  static func heading(_ text: Substring) -> (level: Int, text: String)? {
    let signs = text.prefix(7).prefix { $0 == "#" }.count
    guard (1...6).contains(signs), text.dropFirst(signs).first == " " else { return nil }
    let title = text.dropFirst(signs).withoutMargins()
    let bare = String(title.reversed().drop { $0 == "#" }.reversed())
    return (signs, bare.isEmpty || bare.hasSuffix(" ") ? bare.withoutMargins() : title)
  }

  /// Three or more dashes, stars or underscores, and nothing else.
  static func isRule(_ line: Substring) -> Bool {
    let signs = line.filter { $0 != " " }
    guard let first = signs.first, "-*_".contains(first) else { return false }
    return signs.count >= 3 && signs.allSatisfy { $0 == first }
  }

  static func marker(_ line: Substring) -> Marker? {
    let indent = indent(line)
    let text = line.dropFirst(indent)
    guard let first = text.first else { return nil }
    if "-*+".contains(first) {
      return text.dropFirst().first == " " && !isRule(text)
        ? Marker(indent: indent, content: indent + 2, isNumbered: false) : nil
    }
    let digits = text.prefix(10).prefix { $0.isASCII && $0.isNumber }.count
    let sign = text.dropFirst(digits)
    guard (1...9).contains(digits), sign.first == "." || sign.first == ")", sign.dropFirst().first == " " else {
      return nil
    }
    return Marker(indent: indent, content: indent + digits + 2, isNumbered: true)
  }

  /// Reads the line below a table's head: for every column, whether it holds numbers (`--:`). nil where it is none.
  static func columns(_ line: Substring) -> [Bool]? {
    guard line.contains("-"), line.allSatisfy({ "|:- ".contains($0) }) else { return nil }
    let cells = cells(line)
    guard !cells.isEmpty, cells.count <= 40, cells.allSatisfy({ $0.contains("-") }) else { return nil }
    return cells.map { $0.hasSuffix(":") && !$0.hasPrefix(":") }
  }

  /// The texts between the bars; `\|` is a bar in a text.
  static func cells(_ line: Substring) -> [String] {
    var cells = [""]
    var isEscaped = false
    for character in line.withoutMargins() {
      if character == "|", !isEscaped {
        cells.append("")
      } else {
        if isEscaped, character != "|" { cells[cells.count - 1].append("\\") }
        if character != "\\" || isEscaped { cells[cells.count - 1].append(character) }
      }
      isEscaped = character == "\\" && !isEscaped
    }
    if cells.first?.withoutMargins().isEmpty == true { cells.removeFirst() }
    if cells.count > 1, cells.last?.withoutMargins().isEmpty == true { cells.removeLast() }
    return cells.map { $0.withoutMargins() }
  }
}

extension StringProtocol {
  /// Without white space around.
  func withoutMargins() -> String {
    let start = drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }
}
