package import Foundation
import GRDB

/// Databases as older releases left them, so that tests can bring one up to date.
package enum SchemaHistory {
  /// Makes the database file of a data folder, with the schema up to and with the named migration.
  package static func create(in dataDirectory: URL, upTo migration: String) throws {
    let queue = try DatabaseQueue(path: dataDirectory.appending(path: "fieldos.sqlite").path)
    try Migrations.migrator.migrate(queue, upTo: migration)
    try queue.close()
  }
}
