public import Foundation

/// How transcribing went in a span of time, and how it stands now.
public struct TranscriptionFigures: Sendable, Equatable {
  /// What one transcript took.
  public struct Pace: Sendable, Equatable {
    /// When it was ready.
    public let at: Date
    /// Seconds of work.
    public let seconds: Double
    /// Seconds of sound.
    public let audioSeconds: Double

    public init(at: Date, seconds: Double, audioSeconds: Double) {
      self.at = at
      self.seconds = seconds
      self.audioSeconds = audioSeconds
    }

    /// Seconds of work for a second of sound; nil for recordings without any.
    public var realTimeFactor: Double? { audioSeconds > 0 ? seconds / audioSeconds : nil }
  }

  /// Jobs in each state now; states without any are left out.
  public var counts: [JobState: Int] = [:]
  /// Jobs available, running or retryable.
  public var depth = 0
  /// Jobs of which an attempt ended in the span; given back ones are not counted.
  public var tried = 0
  /// Those of ``tried`` whose last attempt in the span gave a transcript.
  public var completed = 0
  /// Every transcript of the span, oldest first, ``limit`` at most: the latest ones.
  public var paces: [Pace] = []
  /// When a job last completed, whenever that was.
  public var lastSuccess: Date?
  /// Error of the job that failed last, nil once a later one completed.
  public var lastError: String?
  /// When a worker last gave a sign of life, nil where none ever did or all ended in order.
  public var lastSign: Date?
  /// Of the latest transcript.
  public var model: String?
  /// Whether a person paused the queue.
  public var isPaused = false

  /// How many transcripts ``paces`` holds at most.
  public static let limit = 20_000

  public init() {}

  /// 0...1 of the jobs tried. nil where none was: a worker that is off has no rate.
  public var successRate: Double? { tried > 0 ? Double(completed) / Double(tried) : nil }
}
