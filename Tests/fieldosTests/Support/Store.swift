import Foundation

/// A look into `fieldos.sqlite` through the system's `sqlite3`, read-only but for ``change(_:)``.
struct Store: Sendable {
  let file: URL

  /// Rows of a query, columns joined by `|`. No database gives no rows.
  func rows(_ query: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    let (status, out, err) = try sqlite(["-readonly", "-batch", "-noheader", file.path, ".timeout 5000", query])
    guard status == 0 else { throw Failure("sqlite3: \(query): \(err)") }
    return out.split(separator: "\n").map(String.init)
  }

  /// Rows of a table; 0 when there is no database.
  func count(_ table: String, where condition: String = "1") throws -> Int {
    Int(try rows("SELECT count(*) FROM \(table) WHERE \(condition)").first ?? "0") ?? 0
  }

  /// `count` that reads a database still being made as empty.
  func countSoFar(_ table: String, where condition: String = "1") -> Int {
    (try? count(table, where: condition)) ?? 0
  }

  /// Changes the database past the program, as another release might have left it.
  func change(_ statement: String) throws {
    let (status, _, err) = try sqlite(["-batch", file.path, ".timeout 5000", statement])
    guard status == 0 else { throw Failure("sqlite3: \(statement): \(err)") }
  }

  private func sqlite(_ arguments: [String]) throws -> (Int32, String, String) {
    let process = Process()
    let out = Pipe()
    let err = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["timeout", "10", "sqlite3"] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = out
    process.standardError = err
    try process.run()
    let result = out.fileHandleForReading.readDataToEndOfFile()
    let trouble = err.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let texts = [result, trouble].map { String(decoding: $0, as: UTF8.self) }
    return (process.terminationStatus, texts[0], texts[1])
  }
}
