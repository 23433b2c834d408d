public import Foundation
import Subprocess
#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// What becomes of the worker process.
public enum SupervisorEvent: Sendable {
  case started(pid: Int32)
  /// A line that the worker printed.
  case line(String)
  /// `status`: its exit code or signal, in words.
  case died(status: String, restartAfter: Duration)
  case stopped
}

/// Keeps one `fieldos worker` child running until the task is cancelled. The child ends when its standard input closes, so
/// that none outlives a killed parent.
public struct WorkerSupervisor: Sendable {
  private let executable: URL
  private let arguments: [String]
  private let environment: [String: String]
  private let report: @Sendable (SupervisorEvent) -> Void

  /// - Parameters:
  ///   - environment: added to the parent's own.
  public init(
    executable: URL, arguments: [String], environment: [String: String],
    report: @escaping @Sendable (SupervisorEvent) -> Void
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.report = report
  }

  public func run() async throws {
    var policy = RestartPolicy()
    while !Task.isCancelled {
      let born = ContinuousClock.now
      let status = await runChild()
      if Task.isCancelled { break }
      let delay = policy.delay(afterLiving: born.duration(to: .now))
      report(.died(status: status, restartAfter: delay))
      try? await Task.sleep(for: delay)
    }
    report(.stopped)
  }

  /// One life of the child; returns how it ended.
  private func runChild() async -> String {
    var options = PlatformOptions()
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
    let variables = Dictionary(
      uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), Optional($1)) })
    do {
      let result = try await Subprocess.run(
        .path(FilePath(executable.path)), arguments: Arguments(arguments),
        environment: .inherit.updating(variables), platformOptions: options, input: .inputWriter, output: .sequence,
        error: .currentStandardError
      ) { [report] child in
        report(.started(pid: child.processIdentifier.value))
        for try await line in child.standardOutput.strings() { report(.line(line)) }
      }
      return "\(result.terminationStatus)"
    } catch {
      return "could not be run: \(error)"
    }
  }
}
