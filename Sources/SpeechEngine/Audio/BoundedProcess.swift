import Foundation

/// A child process whose output is read as it comes and that ends within its bounds.
///
/// The shell sets the limits that only the process itself can set, then becomes the program: 1 GiB of addresses (systems
/// that know no such limit, as macOS, go without) and its time on the processor, which holds even if this process dies.
struct BoundedProcess {
  enum Ending: Equatable {
    case finished(Int32)
    case notStarted
    case killed
    case tookTooLong
    case cancelled
  }

  let program: URL
  let arguments: [String]
  /// Seconds in all, and seconds without any output.
  let timeLimit: Double
  let idleLimit: Double
  let isCancelled: @Sendable () -> Bool

  private static let addressKilobytes = 1 << 20
  private static let askEvery: Int32 = 100  // milliseconds

  /// - Parameter take: gets the output piece by piece; when it throws, the process is killed.
  func run(_ take: (UnsafeRawBufferPointer) throws(AudioError) -> Void) throws(AudioError) -> Ending {
    guard FileManager.default.isExecutableFile(atPath: program.path) else { return .notStarted }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let seconds = timeLimit.isNaN ? 1 : Int(min(1e6, max(1, timeLimit.rounded(.up))))
    let limits = "ulimit -v \(Self.addressKilobytes) 2>/dev/null; ulimit -t \(seconds) 2>/dev/null"
    process.arguments = ["-c", limits + "; exec \"$@\"", "sh", program.path] + arguments
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardOutput = output
    do { try process.run() } catch { return .notStarted }
    // Nothing of what it does is worth an orderly end.
    defer { kill(process) }
    let start = ContinuousClock.now
    if let broken = try drain(output.fileHandleForReading.fileDescriptor, since: start, take) { return broken }
    if let broken = awaitExit(process, since: start) { return broken }
    return process.terminationReason == .exit ? .finished(process.terminationStatus) : .killed
  }

  /// Nil at the end of the output.
  private func drain(
    _ descriptor: Int32, since start: ContinuousClock.Instant,
    _ take: (UnsafeRawBufferPointer) throws(AudioError) -> Void
  ) throws(AudioError) -> Ending? {
    let buffer = ByteBuffer(count: 1 << 16)
    var last = start
    while true {
      if isCancelled() { return .cancelled }
      let now = ContinuousClock.now
      if Self.seconds(now - start) > timeLimit || Self.seconds(now - last) > idleLimit { return .tookTooLong }
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wanted, 1, Self.askEvery) > 0 else { continue }
      let got = read(descriptor, buffer.base, buffer.count)
      if got < 0 && errno == EINTR { continue }
      if got <= 0 { return nil }
      last = now
      try take(UnsafeRawBufferPointer(start: buffer.base, count: got))
    }
  }

  /// A child that has said all it has to say may still refuse to end.
  private func awaitExit(_ process: Process, since start: ContinuousClock.Instant) -> Ending? {
    let silent = ContinuousClock.now
    while process.isRunning {
      if isCancelled() { return .cancelled }
      let now = ContinuousClock.now
      if Self.seconds(now - start) > timeLimit || Self.seconds(now - silent) > idleLimit { return .tookTooLong }
      usleep(5000)
    }
    return nil
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private func kill(_ process: Process) {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
