public import Foundation

/// Everything that is kept about a person, found before anything is removed.
public struct ErasePlan: Sendable, Equatable, Codable {
  /// Who it is about.
  public struct Subject: Sendable, Equatable, Codable {
    /// nil for somebody who is only named in notes.
    public var id: ID<Person>?
    public var facts: PersonFacts
    /// What the table of customers said, where people have changed it here since.
    public var formerly: PersonFacts?
    public var account: Place?

    public init(
      id: ID<Person>? = nil, facts: PersonFacts, formerly: PersonFacts? = nil, account: Place? = nil
    ) {
      self.id = id
      self.facts = facts
      self.formerly = formerly
      self.account = account
    }
  }

  /// The person's account.
  public struct Place: Sendable, Equatable, Codable {
    public let id: ID<Account>
    public let customerID: String
    public let name: String
    public let street: String
    /// Whether it goes, too: nobody else is in it.
    public let goes: Bool

    public init(id: ID<Account>, customerID: String, name: String, street: String, goes: Bool) {
      self.id = id
      self.customerID = customerID
      self.name = name
      self.street = street
      self.goes = goes
    }
  }

  /// What the CRM has, or may have.
  public struct Delivery: Sendable, Equatable, Codable {
    /// The identifier that the CRM knows the note by.
    public let crmID: String
    public let customerID: String
    public let at: Date
    /// nil where it is not known whether it arrived.
    public let responseCode: Int?

    public init(crmID: String, customerID: String, at: Date, responseCode: Int?) {
      self.crmID = crmID
      self.customerID = customerID
      self.at = at
      self.responseCode = responseCode
    }
  }

  /// A note of somebody else that mentions the person.
  public struct Mention: Sendable, Equatable, Codable {
    public let id: ID<Note>
    public let createdAt: Date

    public init(id: ID<Note>, createdAt: Date) {
      self.id = id
      self.createdAt = createdAt
    }
  }

  /// What tells a recording's bytes from all others.
  public struct Sound: Sendable, Equatable, Codable {
    public let ownerID: ID<Owner>
    public let sha1: String
    /// Below the data folder.
    public let path: String
    /// 32 bytes from the recording's middle as hex digits, empty where its file is gone.
    public var sample: String
    /// Whether somebody else's clip has the same bytes: finding them proves nothing.
    public let isShared: Bool

    public init(ownerID: ID<Owner>, sha1: String, path: String, isShared: Bool = false, sample: String = "") {
      self.ownerID = ownerID
      self.sha1 = sha1
      self.path = path
      self.isShared = isShared
      self.sample = sample
    }
  }

  public var subject: Subject
  /// Identifiers of rows by table.
  public var ids: [String: [String]] = [:]
  /// Identifiers that the CRM knows notes by, where they differ from the notes' own.
  public var payloadIDs: [String] = []
  /// Seqs of events.
  public var events: [Int64] = []
  /// Files and folders below the data folder.
  public var files: [String] = []
  public var sounds: [Sound] = []
  /// Fingerprints of notes that came from another system.
  public var imports: [String] = []
  public var deliveries: [Delivery] = []
  public var mentions: [Mention] = []
  /// More than ``mentions`` tells.
  public var moreMentions = 0
  /// How many rows will go, by table.
  public var counts: [String: Int] = [:]
  /// Until when a note is being sent; nil where none is.
  public var sendingUntil: Date?

  public init(subject: Subject) { self.subject = subject }

  /// Every identifier, sorted.
  public var allIDs: [String] { Set(ids.values.joined()).union(payloadIDs).sorted() }
}

extension ErasePlan {
  /// This plan with everything that another one of the same person names, and whether that was more. Sizes of samples and
  /// counts are those of whoever knows them.
  public func merging(_ other: ErasePlan) -> (plan: ErasePlan, isMore: Bool) {
    var plan = self
    for (table, ids) in other.ids { plan.ids[table] = Set(plan.ids[table] ?? []).union(ids).sorted() }
    plan.payloadIDs = Set(payloadIDs).union(other.payloadIDs).sorted()
    plan.events = Set(events).union(other.events).sorted()
    plan.files = Set(files).union(other.files).sorted()
    plan.imports = Set(imports).union(other.imports).sorted()
    let known = Set(sounds.map { $0.ownerID.rawValue + $0.sha1 })
    plan.sounds += other.sounds.filter { !known.contains($0.ownerID.rawValue + $0.sha1) }
    let told = Set(deliveries.map(\.crmID))
    plan.deliveries += other.deliveries.filter { !told.contains($0.crmID) }
    let isMore =
      plan.allIDs != allIDs || plan.files != files.sorted() || plan.sounds.count != sounds.count
      || plan.events.count != Set(events).count
    return (plan, isMore)
  }
}
