/// What is known of a customer, in the terms of the CRM's table of customers. Empty text stands for what is not known.
public struct AccountFacts: Sendable, Equatable, Codable {
  public var name: String
  /// `HOA`, `Commercial`, `School` and so on.
  public var type: String
  public var street: String
  public var city: String
  public var state: String
  public var zip: String
  public var region: String
  /// The service that they are interested in; names an entry of `playbooks.json` and `pricing.json`.
  public var service: String
  /// `Lead`, `Qualified`, `Proposal`, `Won`, `Lost`.
  public var stage: String
  public var assignedRep: String
  public var leadSource: String
  public var notes: String
  /// One line.
  public var summary: String
  public var dropReason: String
  /// Day of the last contact that the CRM knows, `2026-05-14`.
  public var lastContactOn: String
  /// Estimated value of the contract, in the CRM's currency.
  public var value: Double?
  public var acres: Double?
  /// 0...10, the higher the keener.
  public var heat: Double?

  public init(
    name: String, type: String = "", street: String = "", city: String = "", state: String = "", zip: String = "",
    region: String = "", service: String = "", stage: String = "", assignedRep: String = "", leadSource: String = "",
    notes: String = "", summary: String = "", dropReason: String = "", lastContactOn: String = "",
    value: Double? = nil, acres: Double? = nil, heat: Double? = nil
  ) {
    self.name = name
    self.type = type
    self.street = street
    self.city = city
    self.state = state
    self.zip = zip
    self.region = region
    self.service = service
    self.stage = stage
    self.assignedRep = assignedRep
    self.leadSource = leadSource
    self.notes = notes
    self.summary = summary
    self.dropReason = dropReason
    self.lastContactOn = lastContactOn
    self.value = value
    self.acres = acres
    self.heat = heat
  }

  /// `street, city, ST zip`, without what is not known.
  public var address: String {
    let region = [state, zip].filter { !$0.isEmpty }.joined(separator: " ")
    return [street, city, region].filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

extension AccountFacts {
  package typealias TextField = (column: String, path: any WritableKeyPath<AccountFacts, String> & Sendable)
  package typealias NumberField = (column: String, path: any WritableKeyPath<AccountFacts, Double?> & Sendable)

  /// The fields that are text, with the names under which they are kept.
  package static let texts: [TextField] = [
    ("name", \.name), ("type", \.type), ("street", \.street), ("city", \.city), ("state", \.state), ("zip", \.zip),
    ("region", \.region), ("service", \.service), ("stage", \.stage), ("assigned_rep", \.assignedRep),
    ("lead_source", \.leadSource), ("notes", \.notes), ("summary", \.summary), ("drop_reason", \.dropReason),
    ("last_contact_on", \.lastContactOn),
  ]

  /// The fields that are numbers.
  package static let numbers: [NumberField] = [("value", \.value), ("acres", \.acres), ("heat", \.heat)]

  /// These facts with what a source has changed since it was last read; what people changed here stays theirs.
  public func merging(_ new: AccountFacts, since old: AccountFacts) -> AccountFacts {
    var merged = self
    for (_, path) in Self.texts
    where new[keyPath: path] != old[keyPath: path] && self[keyPath: path] == old[keyPath: path] {
      merged[keyPath: path] = new[keyPath: path]
    }
    for (_, path) in Self.numbers
    where new[keyPath: path] != old[keyPath: path] && self[keyPath: path] == old[keyPath: path] {
      merged[keyPath: path] = new[keyPath: path]
    }
    return merged
  }
}
