import Foundation

/// The sections of a markdown text: each heading of the second level or deeper begins one.
struct MarkdownSections {
  struct Section {
    let path: [String]
    /// Paragraphs and rows of tables, a line each.
    var lines: [String] = []
    /// The last line may be gone on with.
    var isOpen = false
  }

  private(set) var sections: [Section] = []
  private var headings: [(level: Int, text: String)] = []
  private var header: [String]?

  init(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) { take(line) }
    sections.removeAll { $0.lines.isEmpty }
  }

  private mutating func take(_ line: Substring) {
    let text = line.trimmingCharacters(in: .whitespaces)
    let level = text.prefix { $0 == "#" }.count
    if (1...6).contains(level), text.dropFirst(level).first == " " {
      header = nil
      return begin(level, Self.plain(text.dropFirst(level).trimmingCharacters(in: .whitespaces)))
    }
    if text.hasPrefix("|") { return row(text) }
    header = nil
    if sections.isEmpty { sections.append(Section(path: [])) }
    let last = sections.count - 1
    if text.isEmpty || text.allSatisfy({ "-*_=".contains($0) }) {
      sections[last].isOpen = false
    } else if let item = Self.item(text) {
      sections[last].lines.append(Self.plain(item))
      sections[last].isOpen = true
    } else if sections[last].isOpen, let open = sections[last].lines.last {
      sections[last].lines[sections[last].lines.count - 1] = open + " " + Self.plain(text)
    } else {
      sections[last].lines.append(Self.plain(text.hasPrefix(">") ? String(text.dropFirst()) : text))
      sections[last].isOpen = true
    }
  }

  private mutating func begin(_ level: Int, _ text: String) {
    headings.removeAll { $0.level >= level }
    // The document's own title is no section.
    if level > 1 { headings.append((level, text)) }
    sections.append(Section(path: headings.map(\.text)))
  }

  /// `Name: Mei Castellan; Knows: Trees; Reach: extension 24.`
  private mutating func row(_ line: String) {
    let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
      .map { Self.plain($0.trimmingCharacters(in: .whitespaces)) }
    guard let header else {
      header = cells
      return
    }
    if cells.allSatisfy({ $0.allSatisfy { "-: ".contains($0) } }) { return }
    if sections.isEmpty { sections.append(Section(path: [])) }
    let named = zip(header, cells).filter { !$0.1.isEmpty }.map { $0.isEmpty ? $1 : "\($0): \($1)" }
    sections[sections.count - 1].lines.append(named.joined(separator: "; ") + ".")
    sections[sections.count - 1].isOpen = false
  }

  /// The text of an item of a list.
  private static func item(_ text: String) -> String? {
    for mark in ["- ", "* ", "+ "] where text.hasPrefix(mark) { return String(text.dropFirst(2)) }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let rest = text.dropFirst(digits.count)
    return !digits.isEmpty && (rest.hasPrefix(". ") || rest.hasPrefix(") ")) ? String(rest.dropFirst(2)) : nil
  }

  /// Without the marks of emphasis, code and links.
  private static func plain(_ text: String) -> String {
    var text = text.replacing(/!?\[([^\]]*)\]\([^)]*\)/) { String($0.output.1) }
    for mark in ["**", "__", "`"] { text = text.replacing(mark, with: "") }
    return text.replacing(/(^|[\s(])\*([^*\s][^*]*)\*/) { "\($0.output.1)\($0.output.2)" }
  }
}
