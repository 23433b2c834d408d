public import Domain

/// What came of taking a file in.
public enum IngestResult: Sendable, Equatable {
  /// Bytes, clip and job are durable.
  case stored(Clip, Job)
  /// The owner's bytes were seen before, whatever became of them; the file was not kept a second time.
  case duplicate(KnownClip)
  /// The owner had these bytes, but the file in the data folder was gone or altered: it is whole again.
  case restored(Clip)
  /// Forced: the clip is transcribed once more. Its transcripts are all kept, its note stays as it is.
  case again(Clip, Job)
  /// Forced, but a job that was given up is started again: no second one is needed.
  case revived(Clip)
  /// Forced, but the clip's transcription still waits or runs.
  case pending(Clip, JobState)
}
