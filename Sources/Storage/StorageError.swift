import Foundation

/// What can go wrong in the store: facts, without the values that a statement carried.
public enum StorageError: Error, Equatable, Sendable {
  /// The data folder's path names a file.
  case dataFolderIsFile(path: String)
  /// The data folder cannot be created or written to.
  case dataFolderUnwritable(path: String, reason: String)
  /// No space is left where the data folder is.
  case diskFull(path: String)
  /// The database file is damaged, or is no database.
  case corrupt(path: String, reason: String)
  /// A newer release has changed the database: it applied migrations that this one does not know.
  case newerSchema(unknownMigrations: [String])
  /// A durability setting did not take: commits could be lost in a power cut.
  case settingRefused(name: String, wanted: String, found: String)
  /// Another holder has the claim by now; nothing was written.
  case leaseLost(id: String)
  /// Another process held the database for longer than the busy time-out of 5 s.
  case busy
  /// A row would have broken a rule of the schema; nothing was written.
  case constraintFailed(reason: String)
  /// A stored value cannot be read back as what it has to be.
  case unreadableValue(column: String)
  /// Any other SQLite failure: its extended result code, its message without statement arguments.
  case sqlite(path: String, code: Int32, message: String)
}

extension StorageError {
  /// Whether the same call may succeed in a moment: another process writes, the disk is full, a disk's call failed.
  public var isPassing: Bool {
    switch self {
    case .busy, .diskFull: true
    case .sqlite(_, let code, _): code & 0xFF == Self.inputOutput
    default: false
    }
  }

  /// SQLite's primary code for a failed call of the disk.
  private static let inputOutput: Int32 = 10

  /// What a failed system call on a file under the data folder means.
  /// - Parameters:
  ///   - errno: the call's error number.
  ///   - path: the file or folder concerned.
  public init(errno code: Int32, path: String) {
    if code == ENOSPC || code == EDQUOT {
      self = .diskFull(path: path)
    } else {
      self = .dataFolderUnwritable(path: path, reason: String(cString: strerror(code)))
    }
  }
}
