public import Endpoints
public import Foundation

/// What the composition root decides about the copilot.
public struct CopilotConfiguration: Sendable {
  /// How questions are answered.
  public enum Mode: String, Sendable {
    /// Written by the endpoint where one is set, else quoted.
    case live
    /// Canned answers, else quoted; never calls an endpoint.
    case stub
    /// Quoted; never calls an endpoint.
    case keyword
  }

  public var mode = Mode.live
  /// Who writes answers; nil: answers are quoted.
  public var chat: ChatEndpoint?
  /// Who gives vectors; nil: the index has words alone.
  public var embedding: EmbeddingEndpoint?
  /// Canned answers for ``Mode/stub`` and ``Mode/keyword``; nil for none.
  public var cannedFile: URL?
  /// Of the last question, telemetry keeps a keyed hash and not the words.
  public var isPrivate = false
  /// Whether a rep's own saved notes are searched, too.
  public var searchesNotes = false
  /// Hours after which a pipeline snapshot counts as old; 24 by default.
  public var staleAfterHours = 24.0

  public init() {}
}
