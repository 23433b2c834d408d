import Domain
import Foundation
import Storage

/// Everything that the index is built from, as chunks in a settled order. Of customers, who may be many, one is held at a
/// time.
struct ReferenceShelf {
  let folder: URL
  let chunker: TextChunker
  private var taken: Set<String> = []

  init(folder: URL, chunker: TextChunker = TextChunker()) {
    self.folder = folder
    self.chunker = chunker
  }

  /// - Parameter take: gets every chunk.
  /// - Throws: ``CopilotError``, `StorageError`, or what `take` throws.
  mutating func each(_ store: FieldStore, _ take: (ReferenceChunk) throws -> Void) throws {
    try markdown("company_wiki.md", .wiki).forEach(take)
    try markdown("sales_playbook.md", .playbook).forEach(take)
    try cues().forEach(take)
    try prices().forEach(take)
    try accounts(store).forEach(take)
    try store.references.customers { try take(Self.customer($0)) }
  }

  /// `service-levels`
  static func slug(_ text: String) -> String {
    let words = TextTerms.words(text).map { String(decoding: $0, as: UTF8.self) }
    return words.isEmpty ? "text" : String(words.joined(separator: "-").prefix(60))
  }

  private mutating func id(_ prefix: String, _ name: String) -> String {
    var number = 1
    while !taken.insert("\(prefix)_\(Self.slug(name))_\(number)").inserted { number += 1 }
    return "\(prefix)_\(Self.slug(name))_\(number)"
  }

  // MARK: Texts

  private mutating func markdown(_ name: String, _ source: ReferenceSource) throws -> [ReferenceChunk] {
    guard let data = try TextFile.read(folder.appending(path: name)) else { return [] }
    let text = String(decoding: data, as: UTF8.self).replacing("\r\n", with: "\n")
    var chunks: [ReferenceChunk] = []
    for section in MarkdownSections(text).sections {
      let title = section.path.last ?? (source == .wiki ? "Company wiki" : "Sales playbook")
      for piece in chunker.pieces(section.lines.joined(separator: "\n")) {
        var chunk = ReferenceChunk(
          id: id(source.rawValue, title), source: source, title: title, path: section.path, content: piece)
        chunk.discount = Self.discount(piece)
        if chunk.discount != nil { chunk.facts.category = "promo" }
        chunks.append(chunk)
      }
    }
    return chunks
  }

  /// `15% promo`, where a text names a percentage off.
  static func discount(_ text: String) -> String? {
    text.firstMatch(of: /(\d{1,2}%) (off|less)/).map { "\($0.output.1) promo" }
  }

  // MARK: Playbooks and prices

  private mutating func cues() throws -> [ReferenceChunk] {
    guard let file = try TextFile.object(folder.appending(path: "playbooks.json")) else { return [] }
    return file.names.flatMap { service in
      file.objects(service).compactMap { cue -> ReferenceChunk? in
        guard let title = cue.text("title"), let snippet = cue.text("snippet") else { return nil }
        var facts = ReferenceFacts()
        facts.service = service == "default" ? nil : service
        facts.lastUpdated = cue.text("last_updated")
        let (props, discount) = (cue.texts("value_props"), cue.text("discount"))
        facts.category = discount != nil ? "promo" : props.isEmpty ? "text" : "value_prop"
        return ReferenceChunk(
          id: id("playbook", service), source: .playbook, title: title,
          path: service == "default" ? [title] : [service, title], content: snippet, tags: cue.texts("tags"),
          valueProps: props, discount: discount, facts: facts)
      }
    }
  }

  private mutating func prices() throws -> [ReferenceChunk] {
    guard let file = try TextFile.object(folder.appending(path: "pricing.json")) else { return [] }
    return file.names.compactMap { service -> ReferenceChunk? in
      guard let entry = file.object(service) else { return nil }
      var facts = ReferenceFacts()
      facts.category = "pricing"
      facts.service = service == "default" ? nil : service
      facts.basePrice = entry.number("base_price")
      facts.unit = entry.text("unit")
      facts.lastUpdated = entry.text("last_updated")
      facts.upsells = entry.objects("upsells").compactMap { upsell in
        guard let name = upsell.text("name"), let price = upsell.number("price") else { return nil }
        return .init(name: name, price: price)
      }
      let title = service == "default" ? "Any other service" : service
      let (props, discount) = (entry.texts("value_props"), entry.text("discount"))
      var lines: [String] = []
      if let price = facts.basePrice {
        lines.append("\(title) has a base price of \(Money.words(price))\(facts.unit.map { " per \($0)" } ?? "").")
      }
      lines += facts.upsells.map { "\($0.name) costs \(Money.words($0.price)) (upsell for \(title))." }
      if let discount { lines.append("Discount: \(discount).") }
      if !props.isEmpty { lines.append("Value: \(props.joined(separator: "; ")).") }
      if lines.isEmpty { return nil }
      return ReferenceChunk(
        id: "pricing_\(Self.slug(service))", source: .pricing, title: title, path: [title],
        content: lines.joined(separator: "\n"), tags: ["pricing", "upsell"], valueProps: props, discount: discount,
        facts: facts)
    }
  }

  // MARK: Accounts

  private mutating func accounts(_ store: FieldStore) throws -> [ReferenceChunk] {
    guard let file = try TextFile.object(folder.appending(path: "contact_intel.json")) else { return [] }
    let names = Set(file.names.map { $0.lowercased() })
    // Customers tell who the contact is.
    var known: [String: ReferenceFacts] = [:]
    try store.references.customers { row in
      let name = row.account.name.lowercased()
      if names.contains(name), known[name] == nil { known[name] = Self.customer(row).facts }
    }
    return file.names.compactMap { account -> ReferenceChunk? in
      guard let entry = file.object(account) else { return nil }
      var lines = entry.texts("intel_notes").map(Self.sentence)
      lines += entry.objects("open_quotes").compactMap { quote in
        let amount = quote.number("amount").map { ", \(Money.words($0))" } ?? ""
        guard let summary = quote.text("summary") ?? quote.text("status") else { return nil }
        return Self.sentence("Open quote: \(summary)\(amount)\(quote.text("status").map { ", \($0)" } ?? "")")
      }
      lines += entry.objects("recent_jobs").compactMap { job in
        guard let summary = job.text("summary") else { return nil }
        let value = job.number("value").flatMap { $0 > 0 ? " for \(Money.words($0))" : nil } ?? ""
        return Self.sentence("Recent work\(job.text("date").map { " on \($0)" } ?? ""): \(summary)\(value)")
      }
      lines += entry.texts("promotions").map { Self.sentence("Promotion: \($0)") }
      if lines.isEmpty { return nil }
      var facts = ReferenceFacts()
      facts.category = "account"
      facts.account = account
      let customer = known[account.lowercased()]
      (facts.contact, facts.rep, facts.region) = (customer?.contact, customer?.rep, customer?.region)
      facts.lastUpdated = entry.text("last_updated")
      return ReferenceChunk(
        id: id("intel", account), source: .intel, title: account, path: [account],
        content: lines.joined(separator: "\n"), discount: entry.texts("promotions").compactMap(Self.discount).first,
        facts: facts)
    }
  }

  static func sentence(_ text: String) -> String { text.last.map { ".!?".contains($0) } == true ? text : text + "." }
}
