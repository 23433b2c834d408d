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
  /// `status`: its exit code or signal, in words.
  case died(status: String, restartAfter: Duration)
  /// The child said that it can't work as it is configured.
  case gaveUp
}

/// Keeps one `fieldos worker` child running until the task is cancelled or, if wanted, it says that it can't work. The child ends when its standard input closes, so
/// that none outlives a killed parent.
public struct WorkerSupervisor: Sendable {
  /// Exit code of a child that can't work as it is configured, such as with a damaged model.
  public static let unusable: Int32 = 78

  private let executable: URL
  private let arguments: [String]
  private let environment: [String: String]
  private let givesUp: Bool
  private let report: @Sendable (SupervisorEvent) -> Void

  /// - Parameters:
  ///   - environment: added to the parent's own.
  ///   - givesUp: end when the child exits with ``unusable``, instead of trying again later.
  public init(
    executable: URL, arguments: [String], environment: [String: String], givesUp: Bool,
    report: @escaping @Sendable (SupervisorEvent) -> Void
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.givesUp = givesUp
    self.report = report
  }

  /// - Returns: false when it gave up.
  public func run() async throws -> Bool {
    var policy = RestartPolicy()
    while !Task.isCancelled {
      let born = ContinuousClock.now
      let (status, isUnusable) = await runChild()
      if Task.isCancelled { break }
      if isUnusable, givesUp {
        report(.gaveUp)
        return false
      }
      let delay = policy.delay(afterLiving: born.duration(to: .now))
      report(.died(status: status, restartAfter: delay))
      try? await Task.sleep(for: delay)
    }
    return true
  }

  /// One life of the child; returns how it ended and whether with ``unusable``.
  private func runChild() async -> (status: String, isUnusable: Bool) {
    do {
      let result = try await Subprocess.run(
        .path(FilePath(executable.path)), arguments: Arguments(arguments),
        environment: ChildLaunch.environment(environment), platformOptions: ChildLaunch.options(grace: .seconds(5)),
        input: .inputWriter, output: .sequence, error: .currentStandardError
      ) { [report] child in
        report(.started(pid: child.processIdentifier.value))
        // Nobody reads what it says; the end of it is the end of the child.
        for try await _ in child.standardOutput {}
      }
      return ("\(result.terminationStatus)", result.terminationStatus == .exited(Self.unusable))
    } catch {
      return ("could not be run: \(error)", false)
    }
  }
}
