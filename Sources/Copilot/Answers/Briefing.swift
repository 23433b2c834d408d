import Domain
import Foundation
import Storage

/// Makes a brief by rules: nothing in it is written by a model.
struct Briefing {
  let store: FieldStore
  /// The service of whoever is being worked on.
  let ownService: String?

  /// - Returns: the brief and its sources: the retrieval's, and the price of the service.
  func brief(_ retrieval: Retrieval) throws -> (brief: PositioningBrief, citations: [Citation]) {
    let hits = retrieval.hits.map(\.chunk)
    let service = service(hits, retrieval)
    var chunks = try hits + price(service)
    var seen: Set<String> = []
    chunks = chunks.filter { seen.insert($0.id).inserted && fits($0, service) }
    let citations = chunks.prefix(6).enumerated().map { Citation(number: $0.offset + 1, chunk: $0.element) }
    return (lines(citations, service), citations)
  }

  /// The one that the question's words fit, else that of the account that it names.
  private func service(_ hits: [ReferenceChunk], _ retrieval: Retrieval) -> String? {
    let words = Set(retrieval.query?.terms.flatMap { $0.meanings.filter { $0.likeness >= 0.9 }.map(\.key) } ?? [])
    let services = hits.compactMap(\.facts.service)
    if let asked = services.first(where: { service in TextTerms.keys(service).contains { words.contains($0) } }) {
      return asked
    }
    return hits.first { $0.source == .crm }?.facts.service ?? services.first ?? ownService
  }

  private func price(_ service: String?) throws -> [ReferenceChunk] {
    guard let service else { return [] }
    return [try store.references.chunk("pricing_\(ReferenceShelf.slug(service))")].compactMap(\.self)
  }

  private func fits(_ chunk: ReferenceChunk, _ service: String?) -> Bool {
    guard let service, chunk.source == .pricing || chunk.source == .playbook, let own = chunk.facts.service else {
      return true
    }
    return own == service
  }

  private func lines(_ citations: [Citation], _ service: String?) -> PositioningBrief {
    var brief = PositioningBrief(service: service)
    var said: Set<String> = []
    func add(_ text: String, _ number: Int, to list: inout [PositioningBrief.Line], most: Int) {
      guard list.count < most, said.insert(text.lowercased()).inserted else { return }
      list.append(.init(text: text, citation: number))
    }
    for citation in citations {
      let chunk = citation.chunk
      for value in chunk.valueProps { add(value, citation.number, to: &brief.values, most: 3) }
      // A text names no service: only the one that fits best is surely about this one.
      if let discount = chunk.discount, chunk.facts.service ?? chunk.facts.account != nil || citation.number == 1 {
        add(promo(chunk, discount), citation.number, to: &brief.promos, most: 3)
      }
      if let price = chunk.facts.basePrice {
        let unit = chunk.facts.unit.map { " per \($0)" } ?? ""
        add("\(Money.words(price))\(unit) base price", citation.number, to: &brief.prices, most: 1)
      }
      for upsell in chunk.facts.upsells {
        add("\(upsell.name), \(Money.words(upsell.price))", citation.number, to: &brief.upsells, most: 4)
      }
    }
    if brief.values.isEmpty {
      brief.values = [.init(text: "Highlight ROI and maintenance savings.", citation: nil)]
    }
    if brief.promos.isEmpty { brief.promos = [.init(text: "No discount info captured yet.", citation: nil)] }
    brief.angle = angle(citations)
    return brief
  }

  /// As the file words it; of a text, the sentence that names the percentage.
  private func promo(_ chunk: ReferenceChunk, _ discount: String) -> String {
    guard discount.hasSuffix(" promo"), let share = discount.split(separator: " ").first else { return discount }
    return Sentences.of(chunk.content).first { $0.contains(share) } ?? discount
  }

  private func angle(_ citations: [Citation]) -> PositioningBrief.Line? {
    let best = citations.first { $0.chunk.source == .playbook } ?? citations.first { $0.chunk.source == .intel }
    guard let best, let words = Sentences.of(best.chunk.content).first else { return nil }
    return .init(text: words, citation: best.number)
  }
}

extension PositioningBrief {
  /// The lines that go into a draft: `Value props: …`, `Promo: …`, `Pricing: …`.
  public var summary: [AnswerSentence] {
    func sentence(_ label: String, _ lines: [Line]) -> AnswerSentence? {
      if lines.isEmpty { return nil }
      let text = lines.map { $0.text.hasSuffix(".") ? String($0.text.dropLast()) : $0.text }.joined(separator: "; ")
      var numbers: [Int] = []
      for number in lines.compactMap(\.citation) where !numbers.contains(number) { numbers.append(number) }
      return AnswerSentence(text: "\(label): \(text).", citations: numbers)
    }
    return [
      sentence("Value props", values), sentence("Promo", promos), sentence("Pricing", prices),
      sentence("Upsells", upsells), sentence("Angle", angle.map { [$0] } ?? []),
    ].compactMap(\.self)
  }
}
