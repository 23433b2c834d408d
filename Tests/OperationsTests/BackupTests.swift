import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Backup and restore")
struct BackupTests {
  private let room: ViewRoom
  private let other: TemporaryFolder
  private var target: URL { other.url.appending(path: "copy") }
  private var fresh: URL { other.url.appending(path: "data") }

  init() throws {
    room = try ViewRoom()
    other = try TemporaryFolder()
    try room.put("audio_cache/clip_1_aa.wav", "sound")
    try room.put("playbooks.json", "{}")
    try room.put("models/base/model.bin", "weights")
  }

  @Test("a backup taken while somebody writes opens, is whole, and comes back with every note") func whole() throws {
    try room.save()
    let writer = try FieldStore.open(dataDirectory: room.folder.url, clock: room.clock.wall)
    let report = try Backup.make(of: room.store, at: target)
    try room.save()
    #expect(report.facts.notes == 1 && report.facts.deliveries == 1)
    let restored = try Backup.restore(target, to: fresh)
    #expect(restored.aside == nil)
    let store = try FieldStore.open(dataDirectory: fresh)
    #expect(try store.outbox.all().count == 1)
    #expect(try Data(contentsOf: fresh.appending(path: "audio_cache/clip_1_aa.wav")) == Data("sound".utf8))
    #expect(FileManager.default.fileExists(atPath: fresh.appending(path: "playbooks.json").path))
    #expect(!FileManager.default.fileExists(atPath: fresh.appending(path: "models").path))
    try writer.close()
  }

  @Test("what was there is moved aside, not removed") func aside() throws {
    try room.save()
    _ = try Backup.make(of: room.store, at: target)
    try FileManager.default.createDirectory(at: fresh, withIntermediateDirectories: true)
    try Data("newer".utf8).write(to: fresh.appending(path: "recording"))
    let aside = try #require(try Backup.restore(target, to: fresh).aside)
    #expect(try Data(contentsOf: aside.appending(path: "recording")) == Data("newer".utf8))
  }

  @Test("a backup with an altered, missing or unlisted file is refused and nothing changes") func altered() throws {
    try room.save()
    _ = try Backup.make(of: room.store, at: target)
    let sound = target.appending(path: "audio_cache/clip_1_aa.wav")
    try Data("other".utf8).write(to: sound)
    #expect(throws: OperationsError.backupRefused(path: "audio_cache/clip_1_aa.wav", reason: .altered)) {
      try Backup.restore(target, to: fresh)
    }
    try FileManager.default.removeItem(at: sound)
    #expect(throws: OperationsError.self) { try Backup.restore(target, to: fresh) }
    try FileManager.default.removeItem(at: target.appending(path: "backup.json"))
    #expect(throws: OperationsError.backupRefused(path: target.path, reason: .noBackup)) {
      try Backup.restore(target, to: fresh)
    }
    #expect(!FileManager.default.fileExists(atPath: fresh.path))
  }

  @Test("a list that leads out of the folder is refused") func outside() throws {
    try room.save()
    _ = try Backup.make(of: room.store, at: target)
    let list = target.appending(path: "backup.json")
    let text = String(decoding: try Data(contentsOf: list), as: UTF8.self)
    try Data(text.replacing("audio_cache/clip_1_aa.wav", with: "../clip_1_aa.wav").utf8).write(to: list)
    #expect(throws: OperationsError.backupRefused(path: "../clip_1_aa.wav", reason: .outside)) {
      try Backup.restore(target, to: fresh)
    }
  }

  @Test("a folder on which FieldOS works is not replaced") func running() throws {
    try room.save()
    _ = try Backup.make(of: room.store, at: target)
    let jobs = try FieldStore.open(dataDirectory: fresh).jobs
    #expect(throws: OperationsError.backupRefused(path: fresh.path, reason: .running)) {
      try Backup.restore(target, to: fresh)
    }
    #expect(try jobs.counts().values.allSatisfy { $0 == 0 })
    #expect(try FileManager.default.contentsOfDirectory(atPath: other.url.path).sorted() == ["copy", "data"])
  }

  @Test("a folder that nobody works in any more is replaced") func stopped() throws {
    try room.save()
    _ = try Backup.make(of: room.store, at: target)
    let live = try FieldStore.open(dataDirectory: fresh)
    try live.close()
    #expect(try Backup.restore(target, to: fresh).aside != nil)
  }

  @Test("the store says when a backup was taken, and a copy that failed is none") func said() throws {
    #expect(try room.store.operations.lastBackup() == nil)
    _ = try? Backup.make(of: room.store, at: other.url, clock: room.clock.wall)
    #expect(try room.store.operations.lastBackup() == nil)
    _ = try Backup.make(of: room.store, at: target, clock: room.clock.wall)
    #expect(try room.store.operations.lastBackup() == room.clock.wall.now())
  }

  @Test("a name that is taken is refused") func taken() throws {
    #expect(throws: OperationsError.backupRefused(path: other.url.path, reason: .taken)) {
      try Backup.make(of: room.store, at: other.url)
    }
  }

  @Test("an archived snapshot is what the snapshot said") func archive() throws {
    try room.save()
    let view = SnapshotView(store: room.store, clock: room.clock.wall)
    let file = try view.archive()
    #expect(file.lastPathComponent == "crm_snapshot-20261122T120000000Z.json")
    #expect(try Data(contentsOf: file) == view.current())
  }
}
