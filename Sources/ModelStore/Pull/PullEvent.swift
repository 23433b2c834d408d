/// What a pull tells while it works.
public enum PullEvent: Sendable, Equatable {
  /// What is to come, and how much of it an earlier pull has left here.
  case begins(files: Int, totalBytes: Int, keptBytes: Int)
  /// Bytes of all files that are on the disk.
  case progress(bytes: Int, totalBytes: Int)
  case retrying(what: String, reason: String, afterSeconds: Double)
  /// Something else came than was announced; the file is fetched again from its start.
  case startsOver(file: String, reason: String)
  case checking(file: String)
  /// The file is complete and its checksum right.
  case completed(file: String, bytes: Int)
}

/// Where a model was in the end.
public struct PulledModel: Sendable, Equatable {
  public enum Source: String, Sendable {
    case downloaded
    case alreadyThere = "already there"
    case hubCache = "hub cache"
  }

  public let model: FoundModel
  public let source: Source
  public let repository: String
  /// Nil where the folder doesn't say.
  public let commit: String?
  public let bytes: Int
}
