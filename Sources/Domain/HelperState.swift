public import Foundation

/// A draft with the transcript that its helpers go by: what they did for an earlier one counts no more.
public struct HelperScope: Sendable, Equatable {
  public let draftID: ID<Note>
  public let ownerID: ID<Owner>
  /// nil while there is no transcript.
  public let transcriptID: ID<Transcript>?

  public init(draftID: ID<Note>, ownerID: ID<Owner>, transcriptID: ID<Transcript>?) {
    self.draftID = draftID
    self.ownerID = ownerID
    self.transcriptID = transcriptID
  }
}

/// A quote's lines as the rep chose them, and whether they are in the note.
public struct KeptQuote: Sendable, Equatable {
  /// JSON of the choice, in the quote builder's own terms.
  public let choice: String
  /// The quote as it was put into the note, nil while none is in it.
  public let summary: QuoteSummary?
  public let insertedAt: Date?

  public init(choice: String, summary: QuoteSummary?, insertedAt: Date?) {
    self.choice = choice
    self.summary = summary
    self.insertedAt = insertedAt
  }
}

/// What a rep decided about one next step.
public struct DecidedStep: Sendable, Equatable {
  public enum State: String, Sendable {
    case added, skipped
  }

  /// Names the step as it was found.
  public let key: String
  /// JSON of the step, as it was edited.
  public let json: String
  public let state: State
  public let decidedAt: Date

  public init(key: String, json: String, state: State, decidedAt: Date) {
    self.key = key
    self.json = json
    self.state = state
    self.decidedAt = decidedAt
  }
}
