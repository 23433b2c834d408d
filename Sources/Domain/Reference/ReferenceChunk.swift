/// Where a piece of reference comes from.
public enum ReferenceSource: String, Sendable, Codable, CaseIterable {
  case wiki, playbook, pricing, crm, intel
  /// A rep's own saved notes; never in the index, looked up where notes are.
  case note
}

/// A piece of the company's material that an answer can cite.
public struct ReferenceChunk: Sendable, Equatable, Codable {
  /// Stable over builds: `wiki_service-levels_1`, `crm_C0012`, `pricing_weekly-mowing`.
  public var id: String
  public var source: ReferenceSource
  /// The heading, service or account that it is about.
  public var title: String
  /// The headings above it, outermost first, its own last.
  public var path: [String]
  public var content: String
  public var tags: [String]
  public var valueProps: [String]
  public var discount: String?
  public var facts: ReferenceFacts

  public init(
    id: String, source: ReferenceSource, title: String, path: [String] = [], content: String, tags: [String] = [],
    valueProps: [String] = [], discount: String? = nil, facts: ReferenceFacts = ReferenceFacts()
  ) {
    self.id = id
    self.source = source
    self.title = title
    self.path = path
    self.content = content
    self.tags = tags
    self.valueProps = valueProps
    self.discount = discount
    self.facts = facts
  }

  /// `CRM: Quarry Lane Townhomes`
  public var label: String {
    let name =
      switch source {
      case .wiki: "Wiki"
      case .crm: "CRM"
      case .playbook: "Playbook"
      case .pricing: "Pricing"
      case .intel: "Account"
      case .note: "Note"
      }
    return "\(name): \(title)"
  }

  /// What it is called by: a question that has these words is about it.
  public var names: String {
    [facts.account, facts.contact, facts.customerID].compactMap(\.self).joined(separator: " ")
  }
}

/// What else is known of a piece.
public struct ReferenceFacts: Sendable, Equatable, Codable {
  public struct Upsell: Sendable, Equatable, Codable {
    public let name: String
    public let price: Double

    public init(name: String, price: Double) {
      self.name = name
      self.price = price
    }
  }

  /// `value_prop`, `promo`, `pricing`, `customer`, `account` or `text`.
  public var category = "text"
  public var account: String?
  public var contact: String?
  public var customerID: String?
  public var service: String?
  public var stage: String?
  public var rep: String?
  public var region: String?
  public var basePrice: Double?
  public var unit: String?
  public var upsells: [Upsell] = []
  /// As the source has it: a date.
  public var lastUpdated: String?

  public init() {}
}
