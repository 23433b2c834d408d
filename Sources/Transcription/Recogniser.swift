public import Domain
public import Foundation

/// What a recogniser heard in one recording.
public struct Recognition: Sendable, Equatable {
  public let text: String
  /// JSON array of segments with the fields of faster-whisper's `Segment`.
  public let segmentsJSON: String
  public let language: String
  /// 0...1; see `Transcription.confidence` for the definition. 0 for text of which no probability is known.
  public let confidence: Double
  public let audioSeconds: Double
  /// What people should know about the recording, nil for nothing.
  public let notice: String?
  /// Who heard it, where that was not the recogniser under its own name.
  public let hearer: Hearer?

  public init(
    text: String, segmentsJSON: String, language: String, confidence: Double, audioSeconds: Double,
    notice: String? = nil, hearer: Hearer? = nil
  ) {
    self.text = text
    self.segmentsJSON = segmentsJSON
    self.language = language
    self.confidence = confidence
    self.audioSeconds = audioSeconds
    self.notice = notice
    self.hearer = hearer
  }
}

/// Who heard a recording, as it is stored with the transcript.
public struct Hearer: Sendable, Equatable {
  public let engine: String
  public let model: String
  public let computeType: String

  public init(engine: String, model: String, computeType: String) {
    self.engine = engine
    self.model = model
    self.computeType = computeType
  }
}

/// A recording that waits for its words.
public struct RecognitionRequest: Sendable {
  /// Names it among those of its desk.
  public let id: Int
  public let file: URL
  /// What a recogniser with the same fingerprint heard before it was cut off.
  public let resume: SavedProgress?

  public init(id: Int, file: URL, resume: SavedProgress? = nil) {
    self.id = id
    self.file = file
    self.resume = resume
  }
}

/// Where a recogniser gets recordings from and lays down what it hears. Called on the recogniser's thread; what it throws ends
/// the work on all of them.
public protocol RecognitionDesk: AnyObject {
  /// The next recording, nil when none waits now. A recogniser asks whenever it has room for one more.
  func next() throws -> RecognitionRequest?
  /// Seconds of a recording that are done.
  func progress(_ id: Int, seconds: Double) throws
  /// Whether nobody wants the words any more: the recording is to be dropped without another word.
  func isWithdrawn(_ id: Int) -> Bool
  /// Part of a long recording is done.
  /// - Parameters:
  ///   - segments: JSON objects, those that are new.
  ///   - checkpoint: JSON from which a recogniser with the same fingerprint can go on.
  func heard(_ id: Int, segments: [String], checkpoint: String, seconds: Double) throws
  func finished(_ id: Int, _ result: Result<Recognition, any Error>) throws
}

/// Turns recordings into text.
public protocol Recogniser: Sendable {
  /// `native`, `remote`, `mock`.
  var engine: String { get }
  /// The model's name, as it is stored with the transcript.
  var model: String { get }
  /// What really runs: `int8`, `float32`, `none`.
  var computeType: String { get }
  /// What one recogniser saved, another may take up only where this is the same.
  var fingerprint: String { get }

  /// Works until the desk has no recording left; blocks for as long as that takes. One call at a time.
  /// - Throws: what the desk throws, and what is wrong with the recogniser itself.
  func recognise(_ desk: some RecognitionDesk) throws
}

extension Recogniser {
  /// What is stored with a transcript of its own.
  var hearer: Hearer { Hearer(engine: engine, model: model, computeType: computeType) }
}

/// The fixed answer of mock mode: tests of everything behind the recogniser need no model.
public struct MockRecogniser: Recogniser {
  public let engine = "mock"
  public let model = "mock"
  public let computeType = "none"
  public let fingerprint = "mock"

  public init() {}

  public func recognise(_ desk: some RecognitionDesk) throws {
    while let request = try desk.next() {
      try desk.progress(request.id, seconds: 1.2)
      let heard = Recognition(
        text: "QA transcript: mock worker output.", segmentsJSON: "[]", language: "en", confidence: 0.99,
        audioSeconds: 1.2)
      try desk.finished(request.id, .success(heard))
    }
  }
}
