import Domain
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@Suite("Opening the store")
struct OpeningTests {
  @Test("after opening, every commit is synced, foreign keys hold and a busy database is waited for")
  func durableSettings() throws {
    let fixture = try StoreFixture()
    let found = try fixture.store.durability()
    #expect(found.synchronous == 2)
    #expect(found.journalMode == "wal")
    #expect(found.busyTimeoutMilliseconds == 5_000)
    #expect(found.foreignKeysEnforced)
  }

  @Test("a missing data folder is created, with its parents")
  func createsFolder() throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "a/b/data")
    _ = try FieldStore.open(dataDirectory: data)
    #expect(FileManager.default.fileExists(atPath: data.appending(path: "fieldos.sqlite").path))
  }

  @Test("the database and its journal are readable by their owner only")
  func privateFiles() throws {
    let fixture = try StoreFixture()
    try fixture.addClip()
    for name in ["fieldos.sqlite", "fieldos.sqlite-wal"] {
      let path = fixture.folder.url.appending(path: name).path
      let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(permissions == 0o600, "\(name)")
    }
  }

  @Test("closing and opening again keeps what was stored")
  func reopening() throws {
    let fixture = try StoreFixture()
    let (clip, job) = try fixture.addClip()
    try fixture.store.close()
    let again = try fixture.another()
    #expect(try again.clips.find(clip.id) == clip)
    #expect(try again.jobs.find(job.id) == job)
  }

  @Test("a data folder that is a file is refused as that")
  func folderIsFile() throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("data", Data("x".utf8))
    #expect(throws: StorageError.dataFolderIsFile(path: file.path)) { try FieldStore.open(dataDirectory: file) }
  }

  @Test("a data folder below a file is refused as unwritable")
  func folderBelowFile() throws {
    let folder = try TemporaryFolder()
    let below = try folder.file("file", Data("x".utf8)).appending(path: "data")
    let error = #expect(throws: StorageError.self) { try FieldStore.open(dataDirectory: below) }
    guard case .dataFolderUnwritable(below.path, _) = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
  }

  @Test("a file that is no database is refused as corrupt")
  func notADatabase() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("fieldos.sqlite", Data(repeating: 7, count: 8_192))
    let error = #expect(throws: StorageError.self) { try FieldStore.open(dataDirectory: folder.url) }
    guard case .corrupt = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
  }

  @Test("a database that a newer release has migrated is refused by the migration's name")
  func newerSchema() throws {
    let fixture = try StoreFixture()
    try fixture.store.close()
    let queue = try DatabaseQueue(path: fixture.folder.url.appending(path: "fieldos.sqlite").path)
    try queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('209901010000_future')") }
    try queue.close()
    #expect(throws: StorageError.newerSchema(unknownMigrations: ["209901010000_future"])) { try fixture.another() }
  }

  @Test("many that open a new folder at the same time all succeed")
  func openedAtOnce() async throws {
    let folder = try TemporaryFolder()
    let data = folder.url.appending(path: "data")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask { _ = try FieldStore.open(dataDirectory: data).jobs.depth() }
      }
      try await group.waitForAll()
    }
  }

  @Test("a healthy store passes its own checks")
  func healthChecks() async throws {
    let fixture = try StoreFixture()
    for check in fixture.store.healthChecks {
      #expect(await check.run().level == .ok, "\(check.name)")
    }
  }

  @Test("a full disk is told from a folder that cannot be written")
  func systemErrors() {
    #expect(StorageError(errno: ENOSPC, path: "x") == .diskFull(path: "x"))
    #expect(StorageError(errno: EDQUOT, path: "x") == .diskFull(path: "x"))
    #expect(StorageError(errno: EACCES, path: "x") == .dataFolderUnwritable(path: "x", reason: "Permission denied"))
  }
}
