import Domain
public import Foundation
import GRDB

extension OperationsStore {
  /// Says that a backup of the data folder stands.
  public func recordBackup(files: Int, bytes: Int) throws {
    let now = connection.now
    try connection.write { db in
      try EventStore.append(
        db, at: now, kind: "backup.made", ownerID: Owner.local, subjectID: "backup",
        facts: ["files": files, "bytes": bytes])
    }
  }

  /// When the last backup was taken, nil before the first.
  public func lastBackup() throws -> Date? {
    try connection.read { db in
      try Int64.fetchOne(db, sql: "SELECT at FROM events WHERE kind = 'backup.made' ORDER BY seq DESC LIMIT 1")
        .map(Date.init(unixMilliseconds:))
    }
  }
}
