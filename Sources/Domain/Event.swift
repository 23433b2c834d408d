public import Foundation

/// One transition, written in the transaction that made it. The files that people read are projected from these.
public struct Event: Sendable, Equatable {
  /// Rises by at least 1, is never used twice.
  public let seq: Int64
  /// When it happened, UTC, to the millisecond.
  public let at: Date
  /// `<subject>.<what it became>`, such as `job.completed` or `crm.synced`.
  public let kind: String
  public let ownerID: ID<Owner>
  /// Identifier of the clip, job or outbox entry that changed.
  public let subjectID: String
  /// Facts about the transition, a JSON object. Never the words of a note or transcript.
  public let json: String

  public init(seq: Int64, at: Date, kind: String, ownerID: ID<Owner>, subjectID: String, json: String) {
    self.seq = seq
    self.at = at
    self.kind = kind
    self.ownerID = ownerID
    self.subjectID = subjectID
    self.json = json
  }
}
