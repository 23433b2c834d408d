import Foundation

/// Something that was said and that the CRM should know as a field, not only as words: offered to the rep one by one.
public struct NextStep: Sendable, Equatable, Codable {
  /// What kind of field would change.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case task
    case followUp = "follow-up"
    case amount, stage, name
  }

  /// Who or what a name stands for.
  public enum Role: String, Sendable, Codable, CaseIterable {
    case contact, account, competitor
  }

  public let kind: Kind
  /// What the CRM holds now, as people write it; nil where it holds nothing.
  public let old: String?
  /// What it would become, as people write it.
  public let new: String
  /// What there is to do: tasks and follow-ups only.
  public let action: String?
  /// The day it is due, where one was said.
  public let day: StepDay?
  /// The amount in cents: amounts only.
  public let cents: Int?
  /// Names only.
  public let role: Role?
  /// The words that it comes from, as heard.
  public let quote: String
  /// Index of the first quoted word among the words heard.
  public let word: Int
  /// Seconds from the start of the recording, nil where the words carry no times.
  public let seconds: Double?
  /// 0...1, how sure the recogniser was of a name; nil for other kinds, and where it did not say.
  public let confidence: Double?

  public init(
    kind: Kind, old: String? = nil, new: String, action: String? = nil, day: StepDay? = nil, cents: Int? = nil,
    role: Role? = nil, quote: String, word: Int, seconds: Double? = nil, confidence: Double? = nil
  ) {
    self.kind = kind
    self.old = old
    self.new = new
    self.action = action
    self.day = day
    self.cents = cents
    self.role = role
    self.quote = quote
    self.word = word
    self.seconds = seconds
    self.confidence = confidence
  }

  /// As a line for people: `Deal value $18,400 to $21,000`, `Competitor “Grunwald”`.
  public var words: String {
    switch kind {
    case .task, .followUp: new
    case .amount: "Deal value " + (old.map { "\($0) to " } ?? "") + new
    case .stage: (old.map { "\($0) to " } ?? "Stage ") + new
    case .name: "\((role ?? .contact).rawValue.capitalized) “\(new)”"
    }
  }

  /// Whether the recogniser was not sure of a name.
  public var isDoubtful: Bool { confidence.map { $0 < Self.doubtBelow } ?? false }

  /// The same step with other words, as a rep edited it.
  public func edited(_ new: String) -> NextStep {
    NextStep(
      kind: kind, old: old, new: new, action: action, day: day, cents: nil, role: role, quote: quote, word: word,
      seconds: seconds, confidence: nil)
  }

  /// Names the step among those of its transcript, however it is edited.
  public var key: String { "\(word):\(kind.rawValue):\(new.prefix(80))" }

  /// Below this a name's spelling is to be checked first.
  public static let doubtBelow = 0.6
}

/// What the CRM knows of the note's contact, against which steps are told as old and new.
public struct DealFacts: Sendable, Equatable {
  /// The stages that the CRM has, in their order.
  public var stages: [String]
  public var stage: String?
  /// In cents.
  public var value: Int?
  /// Names that are no news: the contact's, the account's.
  public var knownNames: [String]
  /// The next follow-up.
  public var followUp: StepDay?

  /// The stages of the sample CRM.
  public static let defaultStages = ["Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"]

  public init(
    stages: [String] = DealFacts.defaultStages, stage: String? = nil, value: Int? = nil, knownNames: [String] = [],
    followUp: StepDay? = nil
  ) {
    self.stages = stages
    self.stage = stage
    self.value = value
    self.knownNames = knownNames
    self.followUp = followUp
  }
}
