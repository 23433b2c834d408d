import ArgumentParser
import Domain
import Foundation
import Operations
import Storage

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the data folder to DIR while FieldOS works on, and prove the copy.",
    discussion: """
      The database is copied as it was at one moment, opened and checked; recordings, inputs and logs are copied with \
      their checksums. Models are left out: they can be pulled again.
      """)

  @Argument(help: "A folder that is not there yet.") var folder: String

  func run() async throws {
    let report = try Backup.make(of: try FieldStore.existing(), at: URL(filePath: folder))
    let facts = report.facts
    Console.line(
      "\(folder): \(report.files) files, \(report.bytes) bytes. Opened and sound: \(facts.recordings) recordings, "
        + "\(facts.notes) notes, \(facts.deliveries) deliveries, up to event \(facts.lastEvent).")
  }
}

struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Put a backup in the data folder's place; what was there is moved aside.")

  @Argument(help: "What 'fieldos backup' made.") var folder: String

  func run() async throws {
    let data = try Settings.load().dataDirectory
    let done = try Backup.restore(URL(filePath: folder), to: data)
    Console.line(
      "\(data.path): \(done.files) files from \(folder), \(done.facts.recordings) recordings, \(done.facts.notes) notes."
    )
    if let aside = done.aside {
      Console.line("What was there is in \(aside.path). Recordings that only it has: fieldos ingest FILE")
    }
  }
}

struct ArchiveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive", abstract: "Keep a dated copy of a file that people read.",
    subcommands: [ArchiveSnapshotCommand.self])
}

struct ArchiveSnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "Write what crm_snapshot.json says now to archive/ in the data folder.")

  func run() async throws {
    let store = try FieldStore.existing()
    let file = try SnapshotView(store: store).archive()
    Console.line("\(file.path): kept. Its notes are in it; clear the snapshot itself with: fieldos snapshot scrub")
  }
}
