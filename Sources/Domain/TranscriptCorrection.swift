public import Foundation

/// What a rep says that a transcript should read. The transcript itself never changes.
public struct TranscriptCorrection: Sendable, Equatable {
  public let transcriptID: ID<Transcript>
  /// From 1 in each transcript.
  public let number: Int
  /// nil: as it was heard, after all.
  public let text: String?
  public let createdAt: Date

  public init(transcriptID: ID<Transcript>, number: Int, text: String?, createdAt: Date) {
    self.transcriptID = transcriptID
    self.number = number
    self.text = text
    self.createdAt = createdAt
  }
}
