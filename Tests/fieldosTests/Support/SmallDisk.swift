import Foundation
import Testing

/// A tmpfs of a few MiB, mounted on a folder of the test's own.
struct SmallDisk {
  let folder: URL
  private var filler: URL { folder.appending(path: "filler") }

  init(on folder: URL, kibibytes: Int) throws {
    self.folder = folder
    let size = "size=\(kibibytes)k,mode=0777"
    try Self.command(["mount", "-t", "tmpfs", "-o", size, "fieldos-tests", folder.path])
  }

  /// At once, even if a process still works in it.
  func unmount() { try? Self.command(["umount", "--lazy", folder.path]) }

  /// Fills the disk with a file, down to `kibibytes` free.
  func fill(leaving kibibytes: Int) throws {
    try empty()
    guard FileManager.default.createFile(atPath: filler.path, contents: nil) else {
      throw Failure("no room for even an empty filler")
    }
    let file = try FileHandle(forWritingTo: filler)
    defer { try? file.close() }
    let page = Data(repeating: 0xAA, count: 4_096)
    while (try? file.write(contentsOf: page)) != nil {}
    let end = try file.seekToEnd()
    try file.truncate(atOffset: end - min(end, UInt64(kibibytes) * 1_024))
  }

  /// Removes the filler.
  func empty() throws {
    if FileManager.default.fileExists(atPath: filler.path) { try FileManager.default.removeItem(at: filler) }
  }

  private static func command(_ words: [String]) throws {
    let process = Process()
    let trouble = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.standardError = trouble
    try process.run()
    let said = String(decoding: trouble.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure("\(words.joined(separator: " ")): \(said). Run as root, or leave it out: FIELDOS_TESTS_NO_MOUNT=1")
    }
  }
}

extension Room {
  /// Whether something can be mounted; where the caller said that nothing can, what is left out is told.
  func mayMount(_ what: String) -> Bool {
    guard ProcessInfo.processInfo.environment["FIELDOS_TESTS_NO_MOUNT"] == "1" else { return true }
    withKnownIssue("nothing could be mounted: FIELDOS_TESTS_NO_MOUNT=1") {
      Issue.record("\(what) was left out")
    }
    return false
  }
}
