/// Where a transcriber gets its recordings from and lays down what it hears: for servers and workers, whose recordings come and
/// go while others are decoded. Called on the transcriber's thread; what it throws ends the work on all of them.
public protocol RecordingDesk: AnyObject {
  /// The next recording; nil when none waits now. Asked whenever there is room among those that are decoded together.
  func next() throws -> QueuedRecording?
  /// Seconds of a recording that are done, several times a window.
  func progress(_ id: Int, seconds: Double) throws
  /// Whether nobody wants the transcript any more. The recording is then dropped, and nothing more is said of it.
  func isWithdrawn(_ id: Int) -> Bool
  /// What a window gave.
  /// - Parameter checkpoint: from where a transcriber with the same model and options goes on and gives the same
  ///   transcript; nil at the end, and for batches of one recording (`TranscriptionOptions.batchSize`).
  func heard(_ segments: [Segment], of id: Int, checkpoint: RecordingCheckpoint?) throws
  /// A recording is done, or can't be read.
  func finished(_ id: Int, _ result: Result<Transcription, any Error>) throws
}

/// A recording that waits for its transcript.
public struct QueuedRecording {
  /// Names the recording among those of its desk.
  public let id: Int
  public let source: any SampleSource
  /// How far an earlier transcriber came.
  public let resume: HeardSoFar?

  public init(id: Int, source: any SampleSource, resume: HeardSoFar? = nil) {
    self.id = id
    self.source = source
    self.resume = resume
  }
}

/// What was heard of a recording before the work was cut off.
public struct HeardSoFar: Sendable, Equatable {
  public let segments: [Segment]
  public let checkpoint: RecordingCheckpoint

  public init(segments: [Segment], checkpoint: RecordingCheckpoint) {
    self.segments = segments
    self.checkpoint = checkpoint
  }
}

/// Where the road through a recording stands between two windows.
public struct RecordingCheckpoint: Sendable, Equatable, Codable {
  /// Seconds of the recording that are done.
  public let seconds: Double
  let language: String
  let languageProbability: Float
  let loop: WindowLoop.Standing
}

/// Recordings that are all there from the start, with closures in place of a desk's methods.
final class SourceDesk: RecordingDesk {
  private let sources: [any SampleSource]
  private let onProgress: (Int, Double) throws -> Void
  private let onSegment: (Int, Segment) throws -> Void
  private var taken = 0
  private var finished: [Result<Transcription, any Error>?]

  init(
    _ sources: [any SampleSource], progress: @escaping (Int, Double) throws -> Void,
    segment: @escaping (Int, Segment) throws -> Void
  ) {
    self.sources = sources
    onProgress = progress
    onSegment = segment
    finished = sources.map { _ in nil }
  }

  /// In the order of the sources.
  var results: [Result<Transcription, any Error>] { finished.compactMap { $0 } }

  func next() -> QueuedRecording? {
    guard taken < sources.count else { return nil }
    defer { taken += 1 }
    return QueuedRecording(id: taken, source: sources[taken])
  }

  func progress(_ id: Int, seconds: Double) throws { try onProgress(id, seconds) }
  func isWithdrawn(_ id: Int) -> Bool { false }

  func heard(_ segments: [Segment], of id: Int, checkpoint: RecordingCheckpoint?) throws {
    for segment in segments { try onSegment(id, segment) }
  }

  func finished(_ id: Int, _ result: Result<Transcription, any Error>) { finished[id] = result }
}
