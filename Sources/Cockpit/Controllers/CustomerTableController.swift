import Domain
import Foundation
import Hummingbird
import Storage
import Operations

/// GET /reference/sample: `crm_sample.csv` as a table that the server sorts.
struct CustomerTableController {
  /// What a column shows and how it sorts.
  private enum Column: String, CaseIterable {
    case customer, value, contact, service, stage, next, last, rep

    var label: String {
      switch self {
      case .customer: "Customer"
      case .value: "Value"
      case .contact: "Contact"
      case .service: "Service"
      case .stage: "Stage"
      case .next: "Next follow-up"
      case .last: "Last touch"
      case .rep: "Rep"
      }
    }

    var isNumber: Bool { self == .value }

    func key(_ row: CustomerRow) -> String {
      switch self {
      case .customer: row.account.name.lowercased()
      case .value: ""
      case .contact: row.person.name.lowercased()
      case .service: row.account.service.lowercased()
      case .stage: row.account.stage.lowercased()
      case .next: row.due.map { String(format: "%015.0f", max(0, $0.at.timeIntervalSince1970)) } ?? "~"
      case .last: row.account.lastContactOn
      case .rep: row.account.assignedRep.lowercased()
      }
    }
  }

  let services: CockpitServices
  private let tables: ReferenceShelf<CustomerTable>

  init(services: CockpitServices) {
    self.services = services
    tables = ReferenceShelf(maxBytes: 16 << 20) { data in
      try CustomerTable(data, path: "crm_sample.csv", calendar: DayWords(now: .distantPast).calendar)
    }
  }

  func add(to routes: RouterGroup<CockpitContext>) {
    routes.get("reference/sample", use: show)
  }

  private struct View: Sendable {
    struct Column: Sendable {
      let label: String
      let next: String
      let isNumber: Bool
      /// `ascending`, `descending`
      let direction: String?
    }
    struct Order: Sendable {
      let key: String
      let label: String
      let isChosen: Bool
    }
    let frame: PageFrame
    let fresh: String
    let tabs: [ReferenceTab]
    let trouble: String?
    let remedy: String
    let columns: [Column]
    let orders: [Order]
    let customers: [CustomerLine]
  }

  @Sendable private func show(_ request: Request, context: CockpitContext) async throws -> Response {
    let identity = try context.signedIn()
    let words = DayWords(now: services.clock.now())
    let sort = request.uri.queryParameters["sort"].map(String.init) ?? Column.customer.rawValue
    let column = Column(rawValue: String(sort.drop { $0 == "-" })) ?? .customer
    let isDown = sort.hasPrefix("-")
    let found = tables.find(services.configuration.dataDirectory.appending(path: "crm_sample.csv"))
    let (rows, fresh, trouble) = told(found, words)
    let shown = sorted(rows, column, isDown).prefix(CustomerLine.most)
    let ids = try services.store.people.ids(customerIDs: shown.map(\.customerID), ownerID: identity.peopleScope)
    let view = View(
      frame: try services.frame("CRM sample", .reference, request, context), fresh: fresh,
      tabs: ReferenceTab.all("sample"), trouble: trouble,
      remedy: "Put crm_sample.csv into the data folder, or put it right. It shows at once.",
      columns: columns(column, isDown), orders: orders(column, isDown),
      customers: shown.map { CustomerLine($0, ids[$0.customerID], words) })
    return try services.templates.page("reference/sample", view)
  }

  private func told(
    _ found: ReferenceShelf<CustomerTable>.Found, _ words: DayWords
  ) -> ([CustomerRow], String, String?) {
    switch found {
    case .missing: return ([], "", "There is no crm_sample.csv in the data folder.")
    case .unreadable(let reason): return ([], "", "crm_sample.csv can't be read: \(reason).")
    case .content(let table, let changedAt):
      let left = table.tally.junk + table.tally.deliveries
      let leftWords = left == 0 ? "" : " \(Counted.of(left, "row")) without a customer left out."
      let most = table.rows.count > CustomerLine.most ? " The first \(CustomerLine.most) are shown." : ""
      let count = Counted.of(table.rows.count, "customer")
      return (table.rows, "\(count). crm_sample.csv, changed \(words.stamp(changedAt)).\(leftWords)\(most)", nil)
    }
  }

  /// Equal ones stay in the file's order.
  private func sorted(_ rows: [CustomerRow], _ column: Column, _ isDown: Bool) -> [CustomerRow] {
    let keyed = rows.map { (row: $0, key: column.key($0), value: $0.account.value ?? -1) }
    let up = keyed.sorted { one, other in
      column == .value ? one.value < other.value : one.key < other.key
    }
    return isDown ? up.reversed().map(\.row) : up.map(\.row)
  }

  private func columns(_ sorted: Column, _ isDown: Bool) -> [View.Column] {
    Column.allCases.map { column in
      let isHere = column == sorted
      return View.Column(
        label: column.label, next: (isHere && !isDown ? "-" : "") + column.rawValue, isNumber: column.isNumber,
        direction: isHere ? (isDown ? "descending" : "ascending") : nil)
    }
  }

  private func orders(_ sorted: Column, _ isDown: Bool) -> [View.Order] {
    Column.allCases.flatMap { column in
      [false, true].map { down in
        View.Order(
          key: (down ? "-" : "") + column.rawValue, label: column.label + (down ? ", last first" : ""),
          isChosen: column == sorted && down == isDown)
      }
    }
  }
}

/// A row of the table.
struct CustomerLine: Sendable {
  /// Rows that one page shows.
  static let most = 1_000

  let name: String
  let link: String?
  let value: String
  let contact: String
  let service: String
  let stage: String
  let next: String
  let last: String
  let rep: String

  init(_ row: CustomerRow, _ id: ID<Person>?, _ words: DayWords) {
    name = row.account.name
    link = id.map { "/people/" + $0.rawValue }
    value = row.account.value.map { Money.text($0) } ?? ""
    contact = row.person.name
    service = row.account.service
    stage = row.account.stage
    next = row.due.map { words.short($0.at) } ?? ""
    last = CalendarDay(row.account.lastContactOn)?.start(words.calendar).map { words.short($0) } ?? ""
    rep = row.account.assignedRep
  }
}
