import Foundation
import Storage

/// `ops_log.jsonl` opened for appending. The file lock keeps a second writer out even where a lease was outlived.
struct OpsLogFile: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// - Returns: nil where another writer has the file.
  static func open(_ file: URL) throws -> OpsLogFile? {
    let isNew = !FileManager.default.fileExists(atPath: file.path)
    let descriptor = Foundation.open(file.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError(errno: errno, path: file.path) }
    let log = OpsLogFile(path: file.path, descriptor: descriptor)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    if isNew { try FolderSync.sync(file.deletingLastPathComponent()) }
    return log
  }

  deinit {
    close(descriptor)
  }

  /// Cuts off a last line that a crash left without its end.
  func truncateTornLine() throws {
    let size = try self.size()
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
    if end < size { try check(ftruncate(descriptor, off_t(end))) }
  }

  /// The seq of the last line that has one, 0 where none does. Reads from the end, no further than it has to.
  func lastSeq() throws -> Int64 {
    let size = try self.size()
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

  /// Appends whole lines; they are on disk when this returns.
  func append(_ lines: Data) throws {
    try lines.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0 && errno == EINTR { continue }
        try check(written < 0 ? -1 : 0)
        rest = rest.dropFirst(written)
      }
    }
    try check(fsync(descriptor))
  }

  private static let step = 65_536

  private func size() throws -> Int {
    var status = stat()
    try check(fstat(descriptor, &status))
    return Int(status.st_size)
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
