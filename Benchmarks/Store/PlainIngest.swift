import Foundation
import GRDB

/// What the same promise costs a program that does nothing else: write, fsync, rename, fsync of the folder, and one
/// synced SQLite commit of one row.
struct PlainIngest {
  private let folder: URL
  private let database: DatabaseQueue

  init(folder: URL) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var configuration = Configuration()
    configuration.journalMode = .wal
    database = try DatabaseQueue(path: folder.appending(path: "plain.sqlite").path, configuration: configuration)
    try database.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(sql: "CREATE TABLE clips (id INTEGER PRIMARY KEY, path TEXT, byte_count INTEGER)")
    }
  }

  func keep(_ source: URL) throws {
    let name = UUID().uuidString
    let temporary = folder.appending(path: name + ".tmp").path
    let final = folder.appending(path: name + ".wav").path
    let count = try copy(source.path, temporary)
    try check(rename(temporary, final), "rename")
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY)
    try check(fsync(descriptor), "fsync of the folder")
    close(descriptor)
    try database.write { db in
      let statement = try db.cachedStatement(sql: "INSERT INTO clips (path, byte_count) VALUES (?, ?)")
      try statement.execute(arguments: [final, count])
    }
  }

  private func copy(_ source: String, _ target: String) throws -> Int {
    let input = open(source, O_RDONLY)
    let output = open(target, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    try check(min(input, output), "open")
    defer { for descriptor in [input, output] { close(descriptor) } }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var total = 0
    while true {
      let got = read(input, &buffer, buffer.count)
      try check(Int32(clamping: got), "read")
      if got == 0 { break }
      try check(Int32(clamping: write(output, buffer, got) - got), "write")
      total += got
    }
    try check(fsync(output), "fsync")
    return total
  }

  private func check(_ status: Int32, _ what: String) throws {
    if status < 0 { throw BenchError.failed("\(what): \(String(cString: strerror(errno)))") }
  }
}
