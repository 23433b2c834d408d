package import Foundation
import Storage

/// `ops_log.jsonl` opened for appending, a line a write. The file lock keeps a second writer out even where a lease was
/// outlived.
package final class OpsLogFile {
  private let path: String
  private let descriptor: Int32
  private let disk: ViewDisk
  /// Bytes in it.
  private(set) var size = 0
  /// Time of the first line, nil where it has none.
  private(set) var firstTime: Date?

  /// Opens the log, making it where it is missing, and cuts off a last line that a crash left without its end, and lines
  /// from the first on of which a power cut left zeros.
  /// - Returns: nil where another writer has the file.
  package static func open(_ file: URL, disk: ViewDisk = ViewDisk()) throws -> OpsLogFile? {
    let isNew = !FileManager.default.fileExists(atPath: file.path)
    let descriptor = Foundation.open(file.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: file.path) }
    let log = OpsLogFile(path: file.path, descriptor: descriptor, disk: disk)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    if isNew { try FolderSync.sync(file.deletingLastPathComponent()) }
    try log.truncateTornLine()
    try log.truncateZeros()
    log.firstTime = try log.firstEntry()?.time
    return log
  }

  private init(path: String, descriptor: Int32, disk: ViewDisk) {
    self.path = path
    self.descriptor = descriptor
    self.disk = disk
  }

  deinit {
    close(descriptor)
  }

  /// The seq of the last line that has one, 0 where none does. Reads from the end, no further than it has to.
  func lastSeq() throws -> Int64 {
    var span = Self.step
    while true {
      let start = max(0, size - span)
      var tail = try read(start..<size)
      // Unless it is the file's first, the first line of the tail may be half a line.
      if start > 0 { tail = tail.drop { $0 != UInt8(ascii: "\n") } }
      if let seq = OpsLogReader.lastSeq(in: tail) { return seq }
      if start == 0 { return 0 }
      span *= 2
    }
  }

  /// The seq of the first line, 0 where it has none, as lines of the prototype do.
  func firstSeq() throws -> Int64 { try firstEntry()?.seq ?? 0 }

  /// Appends a line; on disk after ``sync()``. A line that only went in by half is cut off again.
  /// - Returns: exactly the JSON that was written, without the line end.
  @discardableResult
  package func append(_ line: OpsLogLine) throws -> String {
    let json = try line.json()
    try append(json, time: line.time)
    return json
  }

  func append(_ json: String, time: Date) throws {
    try disk.step(.append)
    let bytes = Data((json + "\n").utf8)
    do {
      try WholeFile.writeAll(bytes, to: descriptor, path: path)
    } catch {
      if ftruncate(descriptor, off_t(size)) == 0 { fsync(descriptor) }
      throw error
    }
    size += bytes.count
    firstTime = firstTime ?? time
  }

  func sync() throws {
    try disk.step(.syncLog)
    try check(fsync(descriptor))
  }

  private static let step = 65_536
  /// Bytes that are appended between two syncs at most, by far: a batch of events.
  private static let mostUnsynced = 1 << 20

  private func truncateTornLine() throws {
    var status = stat()
    try check(fstat(descriptor, &status))
    size = Int(status.st_size)
    var end = size
    while end > 0 {
      let start = max(0, end - Self.step)
      let bytes = try read(start..<end)
      if let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) {
        end = start + (newline - bytes.startIndex) + 1
        break
      }
      end = start
    }
    if end < size { try truncate(end) }
  }

  /// What was appended since the last sync may have reached the disk in some of its sectors; the others read as zeros,
  /// which are in no line. The lines from there on are made again, unless some of them can't be.
  private func truncateZeros() throws {
    let start = max(0, size - Self.mostUnsynced)
    let tail = try read(start..<size)
    let zero = tail.withUnsafeBytes { bytes in
      bytes.baseAddress.flatMap { first in memchr(first, 0, bytes.count).map { UnsafeRawPointer($0) - first } }
    }
    guard let zero else { return }
    let line = tail.prefix(zero).lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? (start == 0 ? 0 : nil)
    guard let line, OpsLogReader.holdsOnlyEvents(tail.dropFirst(line)) else { return }
    try truncate(start + line)
  }

  /// Certain before anything is appended: else a power cut could leave new lines among the bytes that were cut off.
  private func truncate(_ end: Int) throws {
    try disk.step(.truncate)
    try check(ftruncate(descriptor, off_t(end)))
    size = end
    try sync()
  }

  private func firstEntry() throws -> OpsLogEntry? {
    let head = try read(0..<min(size, Self.step))
    guard let end = head.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    return OpsLogReader.read(Data(head[..<end])).entries.first
  }

  private func read(_ range: Range<Int>) throws -> Data {
    var data = Data(count: range.count)
    let got = data.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, range.count, off_t(range.lowerBound)) }
    try check(got < 0 ? -1 : 0)
    return data.prefix(got)
  }

  private func check(_ result: Int32) throws {
    if result != 0 { throw StorageError(errno: errno, path: path) }
  }
}
