/// Makes blocks of lines. Time and depth are bounded whatever the text says.
struct MarkdownReader {
  static let mostLines = 20_000
  private static let mostDepth = 4
  /// Spaces before a block of code without a fence.
  private static let codeIndent = 4

  private let lines: [Substring]
  private var at = 0
  private let depth: Int
  private var anchors: Set<String>
  private(set) var title: String?

  init(_ text: String) {
    let plain = text.replacing("\r\n", with: "\n").replacing("\t", with: "    ")
    self.init(Array(plain.split(separator: "\n", omittingEmptySubsequences: false).prefix(Self.mostLines)), depth: 0)
  }

  private init(_ lines: [Substring], depth: Int) {
    self.lines = lines
    self.depth = depth
    // What pages call their own parts.
    anchors = ["main", "toast", "announce"]
  }

  mutating func read() -> [Markdown.Block] {
    var blocks: [Markdown.Block] = []
    while at < lines.count {
      if let block = next() { blocks.append(block) }
    }
    return blocks
  }

  /// Takes at least one line. nil for a blank one, and for the page's title.
  private mutating func next() -> Markdown.Block? {
    let line = lines[at]
    let text = line.drop { $0 == " " }
    if text.isEmpty {
      at += 1
      return nil
    }
    if text.hasPrefix("<!--"), text.withoutMargins().hasSuffix("-->") {
      // A remark for those who edit the text.
      at += 1
      return nil
    }
    if MarkdownLine.indent(line) >= Self.codeIndent, MarkdownLine.marker(line) == nil { return indentedCode() }
    if text.hasPrefix("```") || text.hasPrefix("~~~") { return code(fence: text.prefix(3)) }
    if let heading = MarkdownLine.heading(text) { return self.heading(heading) }
    if MarkdownLine.isRule(text) {
      at += 1
      return Markdown.Block(isRule: true)
    }
    if depth < Self.mostDepth {
      if text.hasPrefix(">") { return quote() }
      if let marker = MarkdownLine.marker(line) { return list(marker) }
    }
    if let table = table() { return table }
    return paragraph()
  }

  private mutating func heading(_ heading: (level: Int, text: String)) -> Markdown.Block? {
    at += 1
    let inlines = MarkdownInlines.read(heading.text)
    let plain = inlines.map(\.text).joined()
    if heading.level == 1, title == nil, depth == 0 {
      title = plain
      return nil
    }
    let made = Markdown.Heading(anchor: depth == 0 ? anchor(plain) : nil, title: plain, inlines: inlines)
    return switch heading.level {
    case 1, 2: Markdown.Block(h2: made)
    case 3: Markdown.Block(h3: made)
    default: Markdown.Block(h4: made)
    }
  }

  /// `service-levels`, and with a number behind it where it was there before.
  private mutating func anchor(_ title: String) -> String {
    let base = Self.anchor(of: title)
    var (anchor, number) = (base, 1)
    while !anchors.insert(anchor).inserted {
      number += 1
      anchor = "\(base)-\(number)"
    }
    return anchor
  }

  /// Where the first heading with a title is.
  static func anchor(of title: String) -> String {
    let words = title.lowercased().split { !$0.isLetter && !$0.isNumber }
    return words.isEmpty ? "part" : words.joined(separator: "-")
  }

  private mutating func code(fence: Substring) -> Markdown.Block {
    at += 1
    let start = at
    while at < lines.count, !lines[at].drop(while: { $0 == " " }).hasPrefix(fence) { at += 1 }
    let text = lines[start..<at].joined(separator: "\n")
    at += 1
    return Markdown.Block(code: Markdown.Code(text: text))
  }

  /// Blank lines belong to it where more of it follows.
  private mutating func indentedCode() -> Markdown.Block {
    var (code, end) = ([Substring](), at)
    while at < lines.count {
      let isBlank = lines[at].allSatisfy { $0 == " " }
      guard isBlank || MarkdownLine.indent(lines[at]) >= Self.codeIndent else { break }
      code.append(lines[at].dropFirst(Self.codeIndent))
      at += 1
      if !isBlank { end = at }
    }
    code.removeLast(at - end)
    at = end
    return Markdown.Block(code: Markdown.Code(text: code.joined(separator: "\n")))
  }

  private mutating func quote() -> Markdown.Block {
    var inner: [Substring] = []
    while at < lines.count {
      let text = lines[at].drop { $0 == " " }
      guard text.hasPrefix(">") else { break }
      inner.append(text.dropFirst().hasPrefix(" ") ? text.dropFirst(2) : text.dropFirst())
      at += 1
    }
    return Markdown.Block(quote: Markdown.Quote(blocks: nested(inner)))
  }

  private func nested(_ lines: [Substring]) -> [Markdown.Block] {
    var reader = MarkdownReader(lines, depth: depth + 1)
    return reader.read()
  }

  private mutating func list(_ first: MarkdownLine.Marker) -> Markdown.Block {
    var items: [[Substring]] = []
    while at < lines.count {
      let line = lines[at]
      if let marker = MarkdownLine.marker(line), marker.indent < first.content {
        guard marker.isNumbered == first.isNumbered, marker.indent >= first.indent else { break }
        items.append([line.dropFirst(marker.content)])
      } else if line.allSatisfy({ $0 == " " }) {
        guard isListGoingOn(first) else { break }
        items[items.count - 1].append("")
      } else if MarkdownLine.indent(line) >= min(first.content, 2) || items.last?.last?.isEmpty == false {
        guard !endsList(line, first) else { break }
        items[items.count - 1].append(line.dropFirst(min(MarkdownLine.indent(line), first.content)))
      } else {
        break
      }
      at += 1
    }
    return Markdown.Block(listing: Markdown.Listing(isNumbered: first.isNumbered, items: items.map(item)))
  }

  /// What stands at the margin and is a block of its own is no part of an item.
  private func endsList(_ line: Substring, _ first: MarkdownLine.Marker) -> Bool {
    guard MarkdownLine.indent(line) <= first.indent else { return false }
    return MarkdownLine.heading(line) != nil || MarkdownLine.isRule(line) || line.hasPrefix(">")
      || line.hasPrefix("```")
  }

  /// Whether behind a blank line there is more of the list.
  private func isListGoingOn(_ first: MarkdownLine.Marker) -> Bool {
    guard let next = lines[(at + 1)...].prefix(3).first(where: { !$0.allSatisfy { $0 == " " } }) else { return false }
    if let marker = MarkdownLine.marker(next) {
      return marker.isNumbered == first.isNumbered || marker.indent > first.indent
    }
    return MarkdownLine.indent(next) >= first.content
  }

  private func item(_ lines: [Substring]) -> Markdown.Item {
    var blocks = nested(lines)
    guard let lead = blocks.first?.paragraph else { return Markdown.Item(lead: [], blocks: blocks) }
    blocks.removeFirst()
    return Markdown.Item(lead: lead.inlines, blocks: blocks)
  }

  private mutating func table() -> Markdown.Block? {
    guard at + 1 < lines.count, lines[at].contains("|"), let numbers = MarkdownLine.columns(lines[at + 1]) else {
      return nil
    }
    let head = cells(lines[at], numbers)
    at += 2
    var rows: [Markdown.Line] = []
    while at < lines.count, lines[at].contains("|") {
      rows.append(Markdown.Line(cells: cells(lines[at], numbers)))
      at += 1
    }
    return Markdown.Block(table: Markdown.Table(head: head, lines: rows))
  }

  /// As many as there are columns.
  private func cells(_ line: Substring, _ numbers: [Bool]) -> [Markdown.Cell] {
    let texts = MarkdownLine.cells(line)
    return numbers.enumerated().map { place, isNumber in
      Markdown.Cell(
        inlines: texts.indices.contains(place) ? MarkdownInlines.read(texts[place]) : [], isNumber: isNumber)
    }
  }

  private mutating func paragraph() -> Markdown.Block {
    var words: [Substring] = []
    repeat {
      words.append(lines[at].drop { $0 == " " })
      at += 1
    } while at < lines.count && !startsBlock(lines[at])
    return Markdown.Block(paragraph: .init(inlines: MarkdownInlines.read(words.joined(separator: " "))))
  }

  private func startsBlock(_ line: Substring) -> Bool {
    let text = line.drop { $0 == " " }
    return text.isEmpty || text.hasPrefix(">") || text.hasPrefix("```") || MarkdownLine.heading(text) != nil
      || MarkdownLine.isRule(text) || MarkdownLine.marker(line) != nil
  }
}
