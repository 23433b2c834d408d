import Domain
import Foundation
import Operations
import Storage
import TestSupport
import Testing

@Suite("Lines that others read")
struct FormatTests {
  @Test("each line of the log is one write, so that a reader never sees half of one")
  func oneWriteALine() throws {
    let room = try ViewRoom()
    for _ in 0..<3 {
      try room.save()
      try room.deliver()
    }
    let steps = StepCounter()
    let lines = try room.projector(disk: steps.disk).projectOnce()
    #expect(steps.count(of: .append) == lines)
    #expect(steps.count(of: .syncLog) == 1)
  }

  @Test("control characters of a CRM's answer do not break a line")
  func logInjection() throws {
    let room = try ViewRoom()
    try room.save()
    try room.deliver(.failed, code: 400, error: "no\n{\"ts\":\"2030-01-01T00:00:00Z\"}\r\u{1b}[2J")
    try room.projector().projectOnce()
    let text = try room.text("ops_log.jsonl")
    #expect(text.split(separator: "\n").count == 2)
    #expect(!text.contains("\u{1b}") && !text.contains("\r"))
  }

  @Test("rotated logs are read by gzip, and hold the bytes that the log had")
  func gzip() throws {
    let room = try ViewRoom()
    for _ in 0..<300 {
      try room.save()
      try room.deliver()
    }
    let whole = try ViewRoom.wholeLog(of: room)
    try room.projector(limits: OpsLogLimits(maxBytes: 200_000)).projectOnce()
    let names = room.folder.names(in: "").filter { $0.hasSuffix(".jsonl.gz") }
    let unpacked = try names.map { try Gunzip.text(room.file($0)) }.joined()
    #expect(!unpacked.isEmpty && names.count == 1)
    #expect(unpacked + (try room.text("ops_log.jsonl")) == whole)
  }
}

extension ViewRoom {
  /// The log as it is where it is never rotated; written, read and removed.
  static func wholeLog(of room: ViewRoom) throws -> String {
    try room.projector(limits: OpsLogLimits(maxBytes: 1 << 30, maxAge: 1e9)).projectOnce()
    defer { try? FileManager.default.removeItem(at: room.file("ops_log.jsonl")) }
    return try room.text("ops_log.jsonl")
  }
}

/// The system's own gzip: what we write is what others read.
enum Gunzip {
  static func text(_ file: URL) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", file.path]
    process.standardOutput = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: bytes, as: UTF8.self) : ""
  }
}
