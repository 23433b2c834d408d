public import Domain

/// What a worker does, as it happens.
public enum WorkerEvent: Sendable {
  case claimed(Clip, attempt: Int)
  /// Goes on where an earlier attempt was cut off.
  case resumed(Clip, seconds: Double)
  case progress(Clip, seconds: Double)
  case heartbeat(depth: Int)
  case completed(Clip, Transcript)
  /// Something about the recording that people should know, such as that its end is missing.
  case notice(Clip, String)
  /// `isFinal`: it will not be tried again.
  case failed(Clip, reason: String, isFinal: Bool)
  /// The job is another worker's by now; this one's result is thrown away.
  case leaseLost(Clip)
  /// A person withdrew the job.
  case cancelled(Clip)
}

/// What an error means for a job.
public struct JobFailure: Sendable, Equatable {
  /// One line for people, without anything that was said in the clip.
  public let reason: String
  /// Another try can't help, such as with a recording that is no audio.
  public let isPermanent: Bool

  public init(reason: String, isPermanent: Bool) {
    self.reason = reason
    self.isPermanent = isPermanent
  }
}
