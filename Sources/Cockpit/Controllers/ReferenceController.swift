import Domain
import Foundation
import Hummingbird

/// GET /reference/{runbook,wiki,playbook,sample}: what people look up.
struct ReferenceController {
  /// A page of text.
  private enum Text: String {
    case runbook, wiki, playbook

    var title: String {
      switch self {
      case .runbook: "Runbook"
      case .wiki: "Company wiki"
      case .playbook: "Sales playbook"
      }
    }

    /// In the data folder; nil for what ships with the program.
    var fileName: String? {
      switch self {
      case .runbook: nil
      case .wiki: "company_wiki.md"
      case .playbook: "sales_playbook.md"
      }
    }
  }

  let services: CockpitServices
  private let texts = ReferenceShelf<Markdown>(maxBytes: 1 << 20) { Markdown(String(decoding: $0, as: UTF8.self)) }

  init(services: CockpitServices) { self.services = services }

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("reference") { _, _ in Response.back(to: "/reference/runbook") }
    routes.get("reference/:page", use: text)
    CustomerTableController(services: services).add(to: routes)
  }

  private struct View: Sendable {
    let frame: PageFrame
    let title: String
    let fresh: String?
    let tabs: [ReferenceTab]
    let trouble: String?
    let remedy: String
    let hasContents: Bool
    let contents: [Markdown.Heading]
    let blocks: [Markdown.Block]
  }

  @Sendable private func text(_ request: Request, context: CockpitContext) async throws -> Response {
    _ = try context.signedIn()
    guard let text = Text(rawValue: try context.parameters.require("page")) else { throw HTTPError(.notFound) }
    let file =
      text.fileName.map { services.configuration.dataDirectory.appending(path: $0) }
      ?? CockpitResources.views.appending(path: "reference/runbook.md")
    let words = DayWords(now: services.clock.now())
    var (page, fresh, trouble) = (Markdown(""), String?.none, String?.none)
    switch texts.find(file) {
    case .content(let found, let changedAt):
      page = found
      fresh = text.fileName.map { "\($0), changed \(words.stamp(changedAt))." }
    case .missing: trouble = "There is no \(file.lastPathComponent) in the data folder."
    case .unreadable(let reason): trouble = "\(file.lastPathComponent) can't be read: \(reason)."
    }
    let view = View(
      frame: try services.frame(text.title, .reference, request, context), title: page.title ?? text.title,
      fresh: fresh, tabs: ReferenceTab.all(text.rawValue), trouble: trouble,
      remedy: "Put the file there, or put it right. It shows at once.", hasContents: page.contents.count > 2,
      contents: page.contents, blocks: page.blocks)
    return try services.templates.page("reference/page", view)
  }
}

/// One of the references, in the row of tabs.
struct ReferenceTab: Sendable {
  let label: String
  let path: String
  let isHere: Bool

  static func all(_ here: String) -> [ReferenceTab] {
    [("runbook", "Runbook"), ("wiki", "Wiki"), ("playbook", "Sales playbook"), ("sample", "CRM sample")]
      .map { ReferenceTab(label: $0.1, path: "/reference/\($0.0)", isHere: $0.0 == here) }
  }
}
