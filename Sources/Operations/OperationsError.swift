public import Foundation

/// What can go wrong with the files that people read. Failures of the store are `StorageError`s.
public enum OperationsError: Error, Equatable, Sendable {
  /// The log names an event that the store does not have: the two don't belong together, or the store is an older copy.
  case logAheadOfStore(logSeq: Int64, storeSeq: Int64)
  /// An event does not hold what a log line needs.
  case unreadableEvent(seq: Int64)
  /// A rotated log is damaged, or larger than a rotated log can be.
  case unreadableArchive(path: String)
  /// A table of customers that cannot be changed without harm to what is in it.
  case unusableSample(path: String, reason: String)
  /// A table of customers that cannot be read.
  case unusableCustomers(path: String, reason: String)
  /// There is no table of customers.
  case noSample(path: String)
  /// A note about the person is being sent to the CRM; the claim is over at that time in any case.
  case eraseWaitsForDelivery(until: Date)
  /// Writing the database anew needs so many bytes, and so many are free there.
  case eraseNeedsSpace(path: String, needed: Int, free: Int)
  /// Another process erases somebody.
  case eraseRuns
  /// The plan of an erasure that did not end is gone from the data folder.
  case eraseLost(id: String)
  /// A backup that is not made or taken.
  case backupRefused(path: String, reason: BackupRefusal)
  /// A prototype's folder, or a file in it, that is not taken in.
  case importRefused(path: String, reason: ImportRefusal)
}

/// Why something of a prototype's folder is not taken in.
public enum ImportRefusal: Equatable, Sendable {
  case missing
  case notAFolder
  /// The folder is this installation's own data folder.
  case ownDataFolder
  /// Links are not followed: they may lead anywhere.
  case link
  case notARegularFile
  /// - limit: the most bytes that are accepted.
  case tooLarge(limit: Int)
  /// - limit: the most files or notes that are looked at.
  case tooMany(limit: Int)
  case notJSON
  case notATable
  /// Lines of a log that say nothing; the others are taken.
  case badLines(count: Int)
  /// A note without a word in it.
  case noWords
  /// A note about somebody who was erased here.
  case erased
  case unreadable(reason: String)
}
