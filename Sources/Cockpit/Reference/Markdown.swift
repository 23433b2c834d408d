/// A page of text as Markdown writes it: headings, paragraphs, lists, quotes, tables and code. HTML in it is text like
/// any other: what a template gets are pieces of text that it escapes, and addresses that were checked.
struct Markdown: Sendable {
  /// Text with one look.
  struct Inline: Sendable, Equatable {
    var text: String
    var isStrong = false
    var isEmphasis = false
    var isCode = false
    /// An address with http, https or mailto, or a place on this page; nil for text that leads nowhere.
    var href: String?
  }

  struct Heading: Sendable {
    /// Where a link on the page leads; nil inside of lists and quotes.
    let anchor: String?
    let title: String
    let inlines: [Inline]
  }

  struct Paragraph: Sendable { let inlines: [Inline] }
  struct Code: Sendable { let text: String }
  struct Quote: Sendable { let blocks: [Block] }

  struct Listing: Sendable {
    let isNumbered: Bool
    let items: [Item]
  }

  struct Item: Sendable {
    let lead: [Inline]
    let blocks: [Block]
  }

  struct Cell: Sendable {
    let inlines: [Inline]
    let isNumber: Bool
  }

  struct Line: Sendable { let cells: [Cell] }

  struct Table: Sendable {
    let head: [Cell]
    let lines: [Line]
  }

  /// One of its parts is set, and the others are nil; templates look only at the block itself (`.code`).
  struct Block: Sendable {
    var h2: Heading?
    var h3: Heading?
    var h4: Heading?
    var paragraph: Paragraph?
    var listing: Listing?
    var code: Code?
    var quote: Quote?
    var table: Table?
    var isRule = false
  }

  /// The first heading of the first level, which is a page's own title.
  let title: String?
  let blocks: [Block]

  /// Headings of the second level, in order.
  var contents: [Heading] { blocks.compactMap(\.h2) }

  /// - Parameter text: of which at most ``MarkdownReader/mostLines`` lines are taken.
  init(_ text: String) {
    var reader = MarkdownReader(text)
    blocks = reader.read()
    title = reader.title
  }
}
