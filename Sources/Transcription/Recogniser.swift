public import Foundation

/// What a recogniser heard in one recording.
public struct Recognition: Sendable, Equatable {
  public let text: String
  /// JSON array of segments with the fields of faster-whisper's `Segment`.
  public let segmentsJSON: String
  public let language: String
  /// 0...1; see `Transcription.confidence` for the native engine's definition.
  public let confidence: Double
  public let audioSeconds: Double
  /// What people should know about the recording, nil for nothing.
  public let notice: String?

  public init(
    text: String, segmentsJSON: String, language: String, confidence: Double, audioSeconds: Double,
    notice: String? = nil
  ) {
    self.text = text
    self.segmentsJSON = segmentsJSON
    self.language = language
    self.confidence = confidence
    self.audioSeconds = audioSeconds
    self.notice = notice
  }
}

/// Turns a recording into text. Calls block for as long as that takes; one call at a time.
public protocol Recogniser: Sendable {
  /// `native`, `mock`.
  var engine: String { get }
  /// The model's name, as it is stored with the transcript.
  var model: String { get }
  /// What really runs: `int8`, `float32`, `none`.
  var computeType: String { get }

  /// - Parameter progress: called now and then with the seconds that are done; what it throws ends the work.
  func recognise(_ file: URL, progress: (Double) throws -> Void) throws -> Recognition
}

/// The fixed answer of mock mode: tests of everything behind the recogniser need no model.
public struct MockRecogniser: Recogniser {
  public let engine = "mock"
  public let model = "mock"
  public let computeType = "none"

  public init() {}

  public func recognise(_ file: URL, progress: (Double) throws -> Void) throws -> Recognition {
    try progress(1.2)
    return Recognition(
      text: "QA transcript: mock worker output.", segmentsJSON: "[]", language: "en", confidence: 0.99,
      audioSeconds: 1.2)
  }
}
