import Foundation

/// Asks git about a repository, and has it tag.
struct Git {
  /// A folder of the repository.
  let folder: URL

  /// What a git command prints, without white space at its end.
  /// - Throws: ``GitError`` where git is not there or refuses.
  @discardableResult
  func run(_ arguments: [String]) throws(GitError) -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-C", folder.path] + arguments
    let (said, complaints) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = said
    process.standardError = complaints
    do { try process.run() } catch { throw GitError(folder: folder.path, reason: "git can't be started") }
    let text = Self.text(said)
    let complaint = Self.text(complaints)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let reason =
        complaint.split(separator: "\n").last.map(String.init) ?? "git ended with \(process.terminationStatus)"
      throw GitError(folder: folder.path, reason: reason)
    }
    return text
  }

  /// When a commit last changed one of these paths, nil where none ever did.
  func lastChange(of paths: [String]) throws(GitError) -> Date? {
    let seconds = try run(["log", "-1", "--format=%ct", "--"] + paths)
    return Double(seconds).map(Date.init(timeIntervalSince1970:))
  }

  /// Paths that differ from the last commit, those that it does not know included.
  func changedPaths() throws(GitError) -> [String] {
    try run(["status", "--porcelain"]).split(separator: "\n").map { String($0.dropFirst(3)) }
  }

  func hasTag(_ tag: String) throws(GitError) -> Bool { try !run(["tag", "--list", tag]).isEmpty }

  private static func text(_ pipe: Pipe) -> String {
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    return text.replacing(/\s+$/, with: "")
  }
}

/// What git could not do.
struct GitError: Error, Equatable {
  let folder: String
  let reason: String
}
