/// What is wrong with the copilot's files. Facts only; the words for people are the caller's.
public enum CopilotError: Error, Equatable, Sendable {
  /// There, and can't be read, or is no plain file.
  case unreadable(file: String)
  case tooLarge(file: String, limit: Int)
  /// Not what such a file holds; for lists, the line.
  case damaged(file: String, line: Int?)
  case unwritable(file: String, reason: String)
  /// None of the files that an index is built from is there, and there are no customers.
  case nothingToIndex(folder: String)
  /// `--use-stub` without a stub.
  case noStub(file: String)
}
