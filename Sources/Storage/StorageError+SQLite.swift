import GRDB

extension StorageError {
  /// Translates SQLite's result codes; other errors pass unchanged.
  static func translate(_ error: any Error, path: String) -> any Error {
    guard let failure = error as? DatabaseError else { return error }
    let message = failure.message ?? failure.resultCode.description
    switch failure.resultCode {
    case .SQLITE_FULL: return StorageError.diskFull
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return StorageError.corrupt(reason: message)
    case .SQLITE_BUSY: return StorageError.busy
    case .SQLITE_CONSTRAINT: return StorageError.constraintFailed(reason: message)
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
      return StorageError.dataFolderUnwritable(path: path, reason: message)
    default: return StorageError.sqlite(code: failure.extendedResultCode.rawValue, message: message)
    }
  }
}
