import Foundation
import GRDB

extension StorageError {
  /// Translates SQLite's result codes; other errors pass unchanged.
  static func translate(_ error: any Error, path: String) -> any Error {
    guard let failure = error as? DatabaseError else { return error }
    let message = failure.message ?? failure.resultCode.description
    switch failure.resultCode {
    case .SQLITE_FULL: return StorageError.diskFull(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return StorageError.corrupt(path: path, reason: message)
    case .SQLITE_BUSY: return StorageError.busy
    case .SQLITE_CONSTRAINT: return StorageError.constraintFailed(reason: message)
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
      return StorageError.dataFolderUnwritable(path: path, reason: message)
    case .SQLITE_IOERR where noSpaceIsLeft(beside: path): return StorageError.diskFull(path: path)
    default: return StorageError.sqlite(path: path, code: failure.extendedResultCode.rawValue, message: message)
    }
  }

  /// SQLite reports a full disk as an I/O error where it grows its shared-memory file.
  private static func noSpaceIsLeft(beside path: String) -> Bool {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return false }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize) < 64 << 10
  }
}
