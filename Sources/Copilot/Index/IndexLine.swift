import Domain

/// A line of `reference_index.jsonl`, in the prototype's shape.
struct IndexLine: Encodable {
  let chunk: ReferenceChunk
  let vector: [Float]

  private enum Key: String, CodingKey {
    case id, vector, source, title, content, url, tags, value_props, discount, metadata
    case category, record_type, customer_id, service, stage, assigned_rep, base_price, upsells, pricing_unit
    case last_updated, heading_path, account, region
  }

  static func url(_ source: ReferenceSource) -> String {
    switch source {
    case .wiki: "#company-wiki"
    case .crm: "#crm-snapshot"
    case .playbook, .pricing: "#sales-playbook"
    case .intel: "#intelligence-center"
    case .note: "#notes"
    }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(chunk.id, forKey: .id)
    try values.encode(vector, forKey: .vector)
    try values.encode(chunk.source, forKey: .source)
    try values.encode(chunk.title, forKey: .title)
    try values.encode(chunk.content, forKey: .content)
    try values.encode(Self.url(chunk.source), forKey: .url)
    try values.encode(chunk.tags, forKey: .tags)
    try values.encode(chunk.valueProps, forKey: .value_props)
    try values.encode(chunk.discount, forKey: .discount)
    var more = values.nestedContainer(keyedBy: Key.self, forKey: .metadata)
    let facts = chunk.facts
    try more.encode(facts.category, forKey: .category)
    try more.encode(recordType, forKey: .record_type)
    try more.encode(facts.customerID, forKey: .customer_id)
    try more.encode(facts.service, forKey: .service)
    try more.encode(facts.stage, forKey: .stage)
    try more.encode(facts.rep, forKey: .assigned_rep)
    try more.encode(facts.basePrice, forKey: .base_price)
    try more.encode(facts.upsells, forKey: .upsells)
    try more.encode(facts.unit, forKey: .pricing_unit)
    try more.encode(chunk.valueProps, forKey: .value_props)
    try more.encode(facts.lastUpdated, forKey: .last_updated)
    try more.encode(chunk.path, forKey: .heading_path)
    try more.encode(facts.account, forKey: .account)
    try more.encode(facts.region, forKey: .region)
  }

  private var recordType: String {
    switch chunk.source {
    case .crm: "customer"
    case .pricing: "pricing"
    case .playbook: chunk.facts.service == nil ? "playbook" : "cue"
    case .wiki: "wiki"
    case .intel: "account"
    case .note: "note"
    }
  }

  /// A line as a chunk, whoever wrote it; nil where it has no id or no words.
  static func chunk(_ line: JSONObject) -> ReferenceChunk? {
    guard let id = line.text("id"), let content = line.text("content") else { return nil }
    let source = line.text("source").flatMap(ReferenceSource.init(rawValue:)) ?? .wiki
    let more = line.object("metadata") ?? JSONObject([:])
    let title = line.text("title") ?? id
    var chunk = ReferenceChunk(
      id: id, source: source == .note ? .wiki : source, title: title,
      path: more.texts("heading_path").isEmpty ? [title] : more.texts("heading_path"), content: content,
      tags: line.texts("tags"), valueProps: line.texts("value_props"), discount: line.text("discount"))
    chunk.facts.category = more.text("category") ?? "text"
    chunk.facts.customerID = more.text("customer_id")
    chunk.facts.service = more.text("service")
    chunk.facts.stage = more.text("stage")
    chunk.facts.rep = more.text("assigned_rep")
    chunk.facts.basePrice = more.number("base_price")
    chunk.facts.unit = more.text("pricing_unit")
    chunk.facts.lastUpdated = more.text("last_updated")
    chunk.facts.account = more.text("account") ?? (source == .crm ? title : nil)
    chunk.facts.region = more.text("region")
    chunk.facts.upsells = more.objects("upsells").compactMap { upsell in
      guard let name = upsell.text("name"), let price = upsell.number("price") else { return nil }
      return .init(name: name, price: price)
    }
    return chunk
  }
}
