public import Foundation

/// What the recogniser heard in a clip. Kept as it came: edits make note versions, never a new transcript. A clip that
/// was transcribed again keeps them all; the one with the highest number is current.
public struct Transcript: Sendable, Equatable, Identifiable {
  public let id: ID<Transcript>
  public let clipID: ID<Clip>
  public let ownerID: ID<Owner>
  /// From 1 in each clip. The store gives the number when it keeps the transcript; what it was before counts nothing.
  public let number: Int
  public let text: String
  /// The segments as a JSON array, in the form that the recogniser's target documents.
  public let segmentsJSON: String
  /// ISO 639-1 code of the spoken language.
  public let language: String
  /// 0...1.
  public let confidence: Double
  /// Length of the audio in seconds.
  public let audioSeconds: Double
  /// Time the recogniser took, in milliseconds.
  public let latencyMilliseconds: Int
  public let model: String
  public let computeType: String
  public let engine: String
  public let completedAt: Date

  public init(
    id: ID<Transcript>, clipID: ID<Clip>, ownerID: ID<Owner>, text: String, segmentsJSON: String,
    language: String, confidence: Double, audioSeconds: Double, latencyMilliseconds: Int, model: String,
    computeType: String, engine: String, completedAt: Date, number: Int = 1
  ) {
    self.id = id
    self.clipID = clipID
    self.ownerID = ownerID
    self.number = number
    self.text = text
    self.segmentsJSON = segmentsJSON
    self.language = language
    self.confidence = confidence
    self.audioSeconds = audioSeconds
    self.latencyMilliseconds = latencyMilliseconds
    self.model = model
    self.computeType = computeType
    self.engine = engine
    self.completedAt = completedAt
  }
}
