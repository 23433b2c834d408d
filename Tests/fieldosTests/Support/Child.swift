import Foundation

/// How a child is started.
struct Launch: Sendable {
  var executable: URL
  var arguments: [String]
  var environment: [String: String]
  var folder: URL
  /// Keep its standard input open (a pipe) in place of `/dev/null`.
  var openInput = false
}

/// One child process whose output goes to two files, so that it can be read while the child runs.
/// `@unchecked Sendable`: everything is set in `init`; `Process` guards its own state.
final class Child: @unchecked Sendable {
  let arguments: [String]
  private let process = Process()
  private let input: Pipe?
  private let outFile: URL
  private let errFile: URL

  init(_ launch: Launch, output: URL) throws {
    arguments = [launch.executable.lastPathComponent] + launch.arguments
    outFile = output.appendingPathExtension("out")
    errFile = output.appendingPathExtension("err")
    input = launch.openInput ? Pipe() : nil
    process.executableURL = launch.executable
    process.arguments = launch.arguments
    process.environment = launch.environment
    process.currentDirectoryURL = launch.folder
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = try Self.fresh(outFile)
    process.standardError = try Self.fresh(errFile)
    try process.run()
  }

  private static func fresh(_ url: URL) throws -> FileHandle {
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  var pid: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  var out: String { Self.text(outFile) }
  var err: String { Self.text(errFile) }

  private static func text(_ url: URL) -> String {
    String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
  }

  /// Sends one signal to this process only.
  func signal(_ number: Int32) {
    if isRunning { kill(pid, number) }
  }

  /// Kills it and all that it started in its process group.
  func killGroup() {
    guard pid > 0 else { return }
    kill(-pid, SIGKILL)
    if isRunning { kill(pid, SIGKILL) }
  }

  /// Waits for its end; after `limit` seconds it is killed and that is an error.
  func finish(within limit: TimeInterval = 60) async throws -> Outcome {
    let ended = try await eventually(within: limit) { !self.isRunning }
    guard ended else {
      killGroup()
      throw Failure("still running after \(limit) s: \(arguments)\nstdout: \(out)\nstderr: \(err)")
    }
    let signalled = process.terminationReason == .uncaughtSignal
    return Outcome(arguments: arguments, status: process.terminationStatus, signalled: signalled, out: out, err: err)
  }

  /// Waits until its standard output holds `text`.
  func says(_ text: String, within limit: TimeInterval = 30) async throws {
    let said = try await eventually(within: limit) { self.out.contains(text) || !self.isRunning }
    guard said, out.contains(text) else {
      throw Failure("\(arguments) did not print '\(text)'.\nstdout: \(out)\nstderr: \(err)")
    }
  }
}
