/// What can go wrong with the files that people read. Failures of the store are `StorageError`s.
public enum OperationsError: Error, Equatable, Sendable {
  /// The log names an event that the store does not have: the two don't belong together, or the store is an older copy.
  case logAheadOfStore(logSeq: Int64, storeSeq: Int64)
  /// An event does not hold what a log line needs.
  case unreadableEvent(seq: Int64)
}
